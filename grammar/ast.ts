/**
 * The syntax tree of a `.swin` file: readonly, with a span on every node, and never a meaning. `written` is how the text
 * spells a string or a number; a tree that no text was read into has none.
 */
import type { Span } from './source.ts';

export interface Name {
  readonly text: string;
  readonly span: Span;
}

/** A missing value stands where the text was damaged; a diagnostic has said so already. */
export type Value =
  | { readonly kind: 'number'; readonly value: number; readonly text: string; readonly span: Span }
  | { readonly kind: 'string'; readonly value: string; readonly written?: string; readonly span: Span }
  | { readonly kind: 'name'; readonly text: string; readonly span: Span }
  | { readonly kind: 'call'; readonly name: Name; readonly arguments: readonly Argument[]; readonly span: Span }
  | { readonly kind: 'list'; readonly items: readonly Value[]; readonly span: Span }
  | { readonly kind: 'record'; readonly assignments: readonly Assignment[]; readonly span: Span }
  | { readonly kind: 'missing'; readonly span: Span };

export interface Argument {
  readonly label: Name | undefined;
  readonly value: Value;
  readonly span: Span;
}

export type OrOperator = 'or';
export type AndOperator = 'and';
export type ComparisonOperator = '==' | '!=' | '<=' | '>=' | '<' | '>' | 'in';
export type ArithmeticOperator = '+' | '-' | '*' | '/';
export type Operator = OrOperator | AndOperator | ComparisonOperator | '..' | ArithmeticOperator;

export interface Operation {
  readonly operator: Operator;
  readonly operand: Expression;
}

/** Operators of one precedence in a row are one chain, read from the left: long sums do not make deep trees. */
export interface Chain {
  readonly kind: 'chain';
  readonly first: Expression;
  readonly rest: readonly Operation[];
  readonly span: Span;
}

export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly text: string; readonly span: Span }
  | { readonly kind: 'name'; readonly text: string; readonly span: Span }
  | { readonly kind: 'list'; readonly items: readonly Expression[]; readonly span: Span }
  | { readonly kind: 'negative'; readonly operand: Expression; readonly span: Span }
  | { readonly kind: 'group'; readonly inner: Expression; readonly span: Span }
  | { readonly kind: 'missing'; readonly span: Span }
  | Chain;

export interface Assignment {
  readonly kind: 'assignment';
  /** The whole dotted name, such as `merge.norm`. */
  readonly field: Name;
  readonly value: Value;
  readonly documentation: string;
  readonly span: Span;
}

export interface StageBlock {
  readonly kind: 'stage';
  /** Undefined where the number is missing. */
  readonly number: { readonly value: number; readonly written?: string; readonly span: Span } | undefined;
  readonly statements: readonly BlockStatement[];
  readonly span: Span;
}

export interface Assertion {
  readonly kind: 'assert';
  readonly expression: Expression;
  readonly message: string | undefined;
  readonly writtenMessage?: string;
  readonly span: Span;
}

export interface Vary {
  readonly kind: 'vary';
  readonly field: Name;
  readonly values: Value;
  readonly span: Span;
}

export interface Case {
  readonly kind: 'case';
  readonly name: Name;
  readonly written?: string;
  readonly statements: readonly BlockStatement[];
  readonly span: Span;
}

/** What a block may hold as far as the grammar knows; `resolve` says what belongs where. */
export type BlockStatement = Assignment | StageBlock | Assertion | Vary | Case;

/** A model, or a sweep of variants of one. */
export interface Declaration {
  readonly kind: 'model' | 'sweep';
  readonly name: Name;
  readonly parent: Name | undefined;
  readonly statements: readonly BlockStatement[];
  readonly documentation: string;
  readonly span: Span;
}

export interface Version {
  readonly kind: 'version';
  readonly number: number | undefined;
  readonly written?: string;
  readonly span: Span;
}

export interface Import {
  readonly kind: 'import';
  readonly specifier: { readonly text: string; readonly written?: string; readonly span: Span };
  readonly alias: Name | undefined;
  readonly span: Span;
}

export type Statement = Version | Import | Declaration;

export interface Comment {
  readonly kind: 'comment' | 'documentation';
  readonly text: string;
  /** Whether something else stands before it on its line; then `///` documents nothing. */
  readonly trails: boolean;
  readonly span: Span;
}

export interface Ast {
  readonly file: string;
  readonly statements: readonly Statement[];
  /** Every comment in order, for the formatter. */
  readonly comments: readonly Comment[];
}
