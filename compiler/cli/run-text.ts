/** What a run answered, for people. */

import { decimal, milliseconds } from '../report/units.ts';
import { describeAdapter } from './describe-adapter.ts';
import { type Colours, coloursFor } from './output.ts';
import { type LabelledClass, likeliest, type ShownRecord } from './run-json.ts';

export function toText(record: ShownRecord): string {
  const colours = coloursFor(process.stdout);
  const { info, result } = record;
  const lines = [
    `${colours.bold(info.model)} in ${info.elementType} on ${describeAdapter(info.adapter)}`,
    ...likeliest(record).flatMap((classes, index) => imageLines(record, classes, index, colours)),
    ...result.features.map(({ stage, shape }) => `features of stage ${stage}: [${shape.join(', ')}]`),
    ...(result.stages ?? []).map(({ stage, shape, values }) => {
      const name = stage === 0 ? 'patch embedding' : `stage ${stage}`;
      return `${name}: [${shape.join(', ')}], mean ${meanOf(values).toPrecision(6)}`;
    }),
    timeLine(record),
  ];
  return lines.join('\n');
}

/** A model without a head has a vector and no classes. */
function imageLines(
  { names, result }: ShownRecord,
  classes: readonly LabelledClass[],
  index: number,
  colours: Colours,
): readonly string[] {
  const name = names?.[index] ?? `image ${index + 1}`;
  if (classes.length === 0) return [`${name}: a vector of ${decimal(result.shape[1] ?? 0)} values (see --format json)`];
  const rows = classes.map(({ index: number, label, score }) => {
    const share = `${(score * 100).toFixed(2)} %`.padStart(9);
    return `  ${share}  ${label === undefined ? `class ${number}` : `${label} (${number})`}`;
  });
  return [colours.bold(name), ...rows];
}

export function timeLine({ milliseconds: times }: Pick<ShownRecord, 'milliseconds'>): string {
  const load = `loaded in ${milliseconds(times.load)} (kernels and uploads ${milliseconds(times.compile)})`;
  return `${load}, first run ${milliseconds(times.first)}, then ${milliseconds(times.run)} a run`;
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
