/** What `merge.norm` and `stage 3.depth` on the command line name. */
import { alternatives } from '../model/fields/reader.ts';
import { isModelField, isStageField, modelFields, stageFields } from '../model/fields/table.ts';
import type { FieldPath } from '../model/history.ts';
import { nearest } from '../model/nearest.ts';
import { UsageError } from './exit.ts';

export function parseFieldArgument(text: string, stages: number): FieldPath {
  const [, number, field = ''] = /^stage\s*(\d+)(?:[\s.]+(.*))?$/.exec(text) ?? [];
  if (number !== undefined) return stagePathOf(Number(number), field, stages);
  if (isModelField(text)) return { stage: undefined, field: text };
  const parts = Object.keys(modelFields).filter((name) => name.startsWith(`${text}.`));
  if (parts.length > 0) throw new UsageError(`\`${text}\` has several fields: name ${alternatives(parts)}`);
  throw new UsageError(`there is no field \`${text}\`: ${suggestion(text, Object.keys(modelFields))}`);
}

function stagePathOf(stage: number, field: string, stages: number): FieldPath {
  if (stage < 1 || stage > stages) {
    throw new UsageError(`there is no stage ${stage}: the model has ${stages}, counted from 1`);
  }
  if (isStageField(field)) return { stage, field };
  const names = Object.keys(stageFields);
  if (field === '') throw new UsageError(`name a field of the stage, such as \`stage ${stage}.${names[0]}\``);
  throw new UsageError(`a stage has no field \`${field}\`: ${suggestion(field, names)}`);
}

function suggestion(text: string, known: readonly string[]): string {
  const near = nearest(text, known);
  return near === undefined ? `the fields are ${known.join(', ')}` : `did you mean \`${near}\`?`;
}
