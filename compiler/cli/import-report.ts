/** What became of a checkpoint's tensors, for people. */

import { quoteName } from '../weights/formats/checkpoint-file-error.ts';
import type { CheckpointFile } from '../weights/formats/open-checkpoint.ts';
import type { DropReason, ImportReport } from '../weights/import-checkpoint.ts';
import { layouts } from '../weights/layouts/index.ts';
import type { TableSize } from '../weights/resize-bias-table.ts';

/** The longest list of tensors that a line shows. */
const shown = 3;

const dropped: Readonly<Record<DropReason, (count: number) => string>> = {
  buffer: (count) => `${count} buffers, which are computed anew`,
  dead: (count) => `${count} of patch merging, which the code that wrote them never uses`,
  unused: (count) => `${count} of no use to this model`,
};

/** What else is in a file than the state dict. */
export function describeFile(file: CheckpointFile): readonly string[] {
  const { wrapper, others, ignored, skipped } = file;
  return [
    ...(wrapper === null || others.length > 0 ? [] : [`read the state dict under \`${wrapper}\``]),
    ...describeOthers(file),
    ...(ignored.length === 0 ? [] : [`ran nothing that the file names: ${list(ignored)}`]),
    ...(skipped.length === 0
      ? []
      : [`passed over ${skipped.length} values that are no tensors: ${list(skipped.map(quoteName))}`]),
  ];
}

/** Averaged weights beside the trained ones, which answer otherwise. */
export function describeOthers({ wrapper, others }: CheckpointFile): readonly string[] {
  if (others.length === 0) return [];
  return [
    `read the weights under \`${wrapper}\`, and not those under ${others.map((name) => `\`${name}\``).join(', ')}`,
  ];
}

/** Every line that `swinc import` prints. */
export function describeImport(report: ImportReport): readonly string[] {
  const { layout, mapped, interpolated } = report;
  return [`${layouts[layout].title} layout: ${mapped} tensors as they are`, ...describeChanges(report, interpolated)];
}

/** What a user of `--weights` should know: nothing where every tensor fits and only buffers are left over. */
export function describeSurprises(report: ImportReport): readonly string[] {
  const surprising = report.dropped.filter(({ reason }) => reason !== 'buffer');
  return describeChanges({ ...report, dropped: surprising }, report.interpolated);
}

function describeChanges(
  { dropped: left }: Pick<ImportReport, 'dropped'>,
  interpolated: ImportReport['interpolated'],
): readonly string[] {
  const resized = new Map<string, string[]>();
  for (const { name, from, to } of interpolated) {
    const change = `from windows of ${windowOf(from)} to ${windowOf(to)}`;
    resized.set(change, [...(resized.get(change) ?? []), name]);
  }
  const tables = [...resized].map(
    ([change, names]) => `interpolated ${names.length} bias tables ${change}: ${list(names)}`,
  );
  const reasons: readonly DropReason[] = ['buffer', 'dead', 'unused'];
  return [
    ...tables,
    ...reasons.flatMap((reason) => {
      const keys = left.filter((each) => each.reason === reason).map(({ key }) => key);
      return keys.length === 0 ? [] : [`left out ${dropped[reason](keys.length)}: ${list(keys)}`];
    }),
  ];
}

function windowOf([height, width]: TableSize): string {
  return `${(height + 1) / 2}x${(width + 1) / 2}`;
}

function list(names: readonly string[]): string {
  return `${names.slice(0, shown).join(', ')}${names.length > shown ? ', …' : ''}`;
}
