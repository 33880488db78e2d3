/** What `swinc explain` prints for programs. */
import type { Clamping, History, Step } from '../model/history.ts';
import type { Size } from '../model/model.ts';
import { placeOf } from './place.ts';
import type { LineOf } from './source-lines.ts';

/** Every key is always there: `follows` is null where the field has lines of its own, or none. */
export function historyJson(history: History, lineOf: LineOf) {
  const { fields, documentation, follows, isDefault, steps, clampings } = history;
  const [field] = fields;
  return {
    path: field?.path ?? '',
    text: field?.text ?? '',
    /** What single stages have otherwise. */
    stages: fields.slice(1).map(({ path, text }) => ({ path, text })),
    default: isDefault,
    follows: follows ?? null,
    documentation,
    from: steps.map((step) => describeStep(step, lineOf)),
    clamped: clampings.map(describeClamping),
  };
}

function describeStep({ setting, fate, stages }: Step, lineOf: LineOf) {
  return { ...placeOf(setting), stage: setting.stage ?? null, text: lineOf(setting), fate, decidesFor: stages };
}

function describeClamping({ stage, grid, asked, clamped }: Clamping) {
  return { stage, grid: pair(grid), asked: pair(asked), clamped: pair(clamped) };
}

const pair = ({ height, width }: Size): readonly [number, number] => [height, width];
