/** Reading of Chevrotain's concrete tree, where any child may be missing after recovery. */
import type { CstElement, CstNode, IToken } from 'chevrotain';
import type { Finding } from './diagnostic.ts';
import type { Span } from './source.ts';

/** What the makers of the tree share. */
export interface Context {
  readonly report: (finding: Finding) => void;
  /** Where the parser met what it did not expect, in the order of the text. */
  readonly errors: readonly Span[];
  /** The documentation above what begins here: nothing, unless it is the first on its line. */
  readonly documentationOf: (span: Span) => string;
}

export function isNode(element: CstElement): element is CstNode {
  return 'children' in element;
}

export function childNodes(node: CstNode, name: string): readonly CstNode[] {
  return (node.children[name] ?? []).filter(isNode);
}

export function childNode(node: CstNode, name: string): CstNode | undefined {
  return childNodes(node, name)[0];
}

/** Without the tokens that recovery made up: they have neither text nor place. */
export function childTokens(node: CstNode, name: string): readonly IToken[] {
  const elements = node.children[name] ?? [];
  return elements.filter((element): element is IToken => !isNode(element) && element.isInsertedInRecovery !== true);
}

export function childToken(node: CstNode, name: string): IToken | undefined {
  return childTokens(node, name)[0];
}

/** The child of a rule that is a choice, with the name of the alternative taken. */
export function onlyChild(node: CstNode): { name: string; element: CstElement } | undefined {
  for (const [name, elements] of Object.entries(node.children)) {
    const element = elements[0];
    if (element !== undefined && (isNode(element) || element.isInsertedInRecovery !== true)) return { name, element };
  }
  return undefined;
}

export function nodeSpan(node: CstNode | undefined, fallback: Span): Span {
  const location = node?.location;
  if (location?.startLine === undefined || !Number.isFinite(location.startLine)) return fallback;
  const { startLine, startColumn = 1, endLine = startLine, endColumn = startColumn } = location;
  if (!Number.isFinite(endLine) || !Number.isFinite(endColumn) || !Number.isFinite(startColumn)) return fallback;
  return { line: startLine, column: startColumn, endLine, endColumn: endColumn + 1 };
}
