/** A sweep is shorthand for models: each variant is the model that its `case`, or its choice of every `vary`, would be. */
import type { Assertion, Assignment, BlockStatement, Case, Declaration, Value, Vary } from '../../grammar/ast.ts';
import type { Finding } from '../../grammar/diagnostic.ts';
import type { Span } from '../../grammar/source.ts';
import { reportWrongType } from './fields/reader.ts';
import { spellNumber } from './spell.ts';

/** A variant as the text has it, before what it extends is known. */
export interface VariantDeclaration {
  /** What stands between the brackets of its name: `window=7,14,14,7` or `"0111"`. */
  readonly label: string;
  readonly declaration: Declaration;
}

interface Row {
  readonly label: string;
  /** Where a finding about the variant as a whole points. */
  readonly span: Span;
  readonly statements: readonly BlockStatement[];
}

type ReportFinding = (finding: Finding) => void;

/**
 * The variants of a sweep in order, the last `vary` changing fastest; none after a report. They are counted before they
 * are made: a sweep of more than `most` costs no more than its text.
 */
export function variantsOf(sweep: Declaration, most: number, report: ReportFinding): readonly VariantDeclaration[] {
  const parts = sortStatements(sweep, report);
  const { varies, cases, assertions } = parts;
  if (varies.length > 0 && cases.length > 0) {
    report(mixed(sweep, cases[0]?.name.span ?? sweep.span));
    return [];
  }
  const axes = varies.map((vary) => axisOf(vary, report));
  const sound = axes.filter((axis) => axis !== undefined);
  if (sound.length < axes.length || !fieldsDiffer(varies, report)) return [];
  const count = varies.length > 0 ? sound.reduce((product, axis) => product * axis.length, 1) : cases.length;
  if (count === 0) report(empty(sweep));
  if (count > most) report(tooMany(sweep, count, most));
  if (count === 0 || count > most) return [];
  const rows = varies.length > 0 ? product(sound) : cases.map(rowOfCase);
  return named(rows, report).map((row) => ({ label: row.label, declaration: declare(sweep, row, assertions) }));
}

interface Parts {
  readonly varies: readonly Vary[];
  readonly cases: readonly Case[];
  /** They hold for every variant. */
  readonly assertions: readonly Assertion[];
}

function sortStatements({ statements }: Declaration, report: ReportFinding): Parts {
  for (const statement of statements) {
    if (statement.kind !== 'assignment' && statement.kind !== 'stage') continue;
    const what = statement.kind === 'stage' ? 'a stage' : `\`${statement.field.text}\``;
    report({
      code: 'SW009',
      message: `${what} belongs in the block of a model or of a \`case\``,
      span: statement.kind === 'stage' ? statement.span : statement.field.span,
      help: 'set what all variants share in a model, and let the sweep extend that',
    });
  }
  return {
    varies: statements.filter((statement) => statement.kind === 'vary'),
    cases: statements.filter((statement) => statement.kind === 'case'),
    assertions: statements.filter((statement) => statement.kind === 'assert'),
  };
}

/** The choices of one `vary`; undefined after a report. */
function axisOf({ field, values }: Vary, report: ReportFinding): readonly Row[] | undefined {
  if (values.kind !== 'list') {
    const help = `write \`vary ${field.text} in [VALUE, VALUE]\``;
    return reportWrongType(values, 'a list of the values to try', report, help);
  }
  return values.items.map((value): Row => {
    const assignment: Assignment = { kind: 'assignment', field, value, documentation: '', span: value.span };
    return { label: `${field.text}=${labelOf(value)}`, span: value.span, statements: [assignment] };
  });
}

/** A value without the brackets of a list, without spaces, and with numbers spelt one way. */
function labelOf(value: Value): string {
  return value.kind === 'list' ? value.items.map(compact).join(',') : compact(value);
}

function compact(value: Value): string {
  switch (value.kind) {
    case 'number':
      return String(value.value);
    case 'string':
      return JSON.stringify(value.value);
    case 'name':
      return value.text;
    case 'list':
      return `[${value.items.map(compact).join(',')}]`;
    case 'call': {
      const given = value.arguments.map((each) => `${each.label ? `${each.label.text}:` : ''}${compact(each.value)}`);
      return `${value.name.text}(${given.join(',')})`;
    }
    case 'record':
      return `{${value.assignments.map((each) => `${each.field.text}=${compact(each.value)}`).join(',')}}`;
    case 'missing':
      return '';
  }
}

function product(axes: readonly (readonly Row[])[]): readonly Row[] {
  return axes.reduce<readonly Row[]>(
    (rows, axis) => rows.flatMap((row) => axis.map((choice) => join(row, choice))),
    [{ label: '', span: axes[0]?.[0]?.span ?? { line: 1, column: 1, endLine: 1, endColumn: 1 }, statements: [] }],
  );
}

function join(row: Row, choice: Row): Row {
  return {
    label: row.label === '' ? choice.label : `${row.label},${choice.label}`,
    span: row.label === '' ? choice.span : row.span,
    statements: [...row.statements, ...choice.statements],
  };
}

function rowOfCase({ name, statements }: Case): Row {
  return { label: JSON.stringify(name.text), span: name.span, statements };
}

/** Of two variants with one name the first. */
function named(rows: readonly Row[], report: ReportFinding): readonly Row[] {
  const taken = new Map<string, Row>();
  for (const row of rows) {
    if (taken.has(row.label)) report(duplicate(row));
    else taken.set(row.label, row);
  }
  return [...taken.values()];
}

function fieldsDiffer(varies: readonly Vary[], report: ReportFinding): boolean {
  const repeated = varies.find(
    ({ field }, index) => varies.findIndex((each) => each.field.text === field.text) < index,
  );
  if (repeated === undefined) return true;
  const { text, span } = repeated.field;
  report({ code: 'SW101', message: `\`${text}\` varies twice`, span, help: 'list its values in one `vary`' });
  return false;
}

function declare(sweep: Declaration, row: Row, assertions: readonly Assertion[]): Declaration {
  return {
    kind: 'model',
    name: { text: `${sweep.name.text}[${row.label}]`, span: row.span },
    parent: sweep.parent,
    statements: [...row.statements, ...assertions],
    documentation: sweep.documentation,
    span: sweep.span,
  };
}

function mixed(sweep: Declaration, span: Span): Finding {
  return {
    code: 'SW041',
    message: `\`${sweep.name.text}\` has both \`vary\` and \`case\``,
    span,
    help: 'write two sweeps: `vary` makes products, `case` makes rows',
  };
}

function empty(sweep: Declaration): Finding {
  return {
    code: 'SW041',
    message: `\`${sweep.name.text}\` has no variants`,
    span: sweep.name.span,
    help: 'write `vary FIELD in [VALUE, VALUE]`, or `case "NAME" { FIELD = VALUE }` for each variant',
  };
}

function duplicate(row: Row): Finding {
  return {
    code: 'SW042',
    message: `two variants are called \`${row.label}\``,
    span: row.span,
    help: 'delete one of them, or give it another name',
  };
}

function tooMany(sweep: Declaration, count: number, most: number): Finding {
  return {
    code: 'SW043',
    message: `the ${spellNumber(count)} variants of \`${sweep.name.text}\` are more than the ${spellNumber(most)} that are left for this file`,
    span: sweep.name.span,
    help: 'vary fewer fields, or list the combinations worth trying with `case`',
  };
}
