import type { Assignment, BlockStatement, StageBlock } from '../../grammar/ast.ts';
import { diagnose, type Finding } from '../../grammar/diagnostic.ts';
import { isModelField, isStageField, modelFields, recordFields, stageFields } from './fields/table.ts';
import { limits } from './limits.ts';
import type { Report } from './load.ts';
import { nearest } from './nearest.ts';
import type { Declared } from './scope.ts';
import type { Setting, Settings } from './settings.ts';

interface Collector {
  readonly file: string;
  readonly model: string;
  readonly fields: Map<string, Setting>;
  readonly stages: Map<number, Map<string, Setting>>;
  readonly report: (finding: Finding) => void;
}

/** What a model's own text sets, without what it inherits. Values stay syntax. */
export function ownSettings({ declaration, file }: Declared, report: Report): Settings {
  const collector: Collector = {
    file,
    model: declaration.name.text,
    fields: new Map(),
    stages: new Map(),
    report: (finding) => report(diagnose(file, finding)),
  };
  for (const statement of declaration.statements) collect(statement, collector);
  return { fields: collector.fields, stages: collector.stages };
}

function collect(statement: BlockStatement, collector: Collector): void {
  switch (statement.kind) {
    case 'assignment':
      if (recordFields.includes(statement.field.text)) collectRecord(statement, collector);
      else collectField(statement, collector);
      return;
    case 'stage':
      collectStage(statement, collector);
      return;
    case 'assert':
      return;
    default:
      collector.report(misplaced(statement, 'a sweep'));
  }
}

/** `preprocess = { crop = 224 }` sets the dotted fields that it names and leaves the others. */
function collectRecord(assignment: Assignment, collector: Collector): void {
  const { field, value } = assignment;
  if (value.kind === 'missing') return;
  if (value.kind !== 'record') {
    const help = `write \`${field.text} = { crop = 224 }\``;
    collector.report({ code: 'SW103', message: `expected a block of \`${field.text}\``, span: value.span, help });
    return;
  }
  for (const inner of value.assignments) {
    collectField({ ...inner, field: { ...inner.field, text: `${field.text}.${inner.field.text}` } }, collector);
  }
}

function collectField(assignment: Assignment, collector: Collector): void {
  const name = assignment.field.text;
  if (isModelField(name)) set(assignment, undefined, collector.fields, collector);
  else collector.report(unknownField(assignment, Object.keys(modelFields), stageFieldHelp(name)));
}

function stageFieldHelp(name: string): string | undefined {
  return name === 'depth' ? '`depth` belongs to one stage; `depths = [2, 2, 6, 2]` sets them all' : undefined;
}

function collectStage(block: StageBlock, collector: Collector): void {
  const number = block.number;
  if (number === undefined) return;
  if (!Number.isInteger(number.value) || number.value < 1 || number.value > limits.stages) {
    collector.report({
      code: 'SW107',
      message: `there is no stage ${number.value}`,
      span: number.span,
      help: `stages count from 1, and no model has more than ${limits.stages}`,
    });
    return;
  }
  const patches = collector.stages.get(number.value) ?? new Map<string, Setting>();
  collector.stages.set(number.value, patches);
  for (const statement of block.statements) {
    if (statement.kind === 'assignment') collectPatch(statement, number.value, patches, collector);
    else
      collector.report(
        misplaced(statement, statement.kind === 'vary' || statement.kind === 'case' ? 'a sweep' : 'a model'),
      );
  }
}

function collectPatch(
  assignment: Assignment,
  stage: number,
  patches: Map<string, Setting>,
  collector: Collector,
): void {
  const name = assignment.field.text;
  if (isStageField(name)) {
    set(assignment, stage, patches, collector);
  } else if (isModelField(name)) {
    collector.report({
      code: 'SW108',
      message: `\`${name}\` belongs to the whole model, not to a stage`,
      span: assignment.field.span,
      help: `move it out of the block; a stage may set ${Object.keys(stageFields).join(', ')}`,
    });
  } else {
    collector.report(unknownField(assignment, Object.keys(stageFields), undefined));
  }
}

function set(
  assignment: Assignment,
  stage: number | undefined,
  settings: Map<string, Setting>,
  collector: Collector,
): void {
  const { field, value } = assignment;
  const earlier = settings.get(field.text);
  if (earlier === undefined) {
    settings.set(field.text, { field: field.text, value, file: collector.file, model: collector.model, stage });
    return;
  }
  collector.report({
    code: 'SW101',
    message: `\`${field.text}\` is set twice`,
    span: field.span,
    notes: [{ message: 'it is set here already', file: earlier.file, span: earlier.value.span }],
    help: 'keep one of them',
  });
}

function unknownField(assignment: Assignment, known: readonly string[], help: string | undefined): Finding {
  const { text, span } = assignment.field;
  const near = nearest(text, known);
  const suggestion = near === undefined ? `the fields here are ${known.join(', ')}` : `did you mean \`${near}\`?`;
  return { code: 'SW100', message: `there is no field \`${text}\``, span, help: help ?? suggestion };
}

const statementNames = { assert: 'an assertion', stage: 'a stage', vary: '`vary`', case: '`case`' } as const;

function misplaced(statement: Exclude<BlockStatement, Assignment>, home: string): Finding {
  return {
    code: 'SW009',
    message: `${statementNames[statement.kind]} belongs in the block of ${home}`,
    span: statement.span,
    help: `move it into the block of ${home}`,
  };
}
