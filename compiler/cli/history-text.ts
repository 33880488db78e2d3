/** What `swinc explain` prints for people. */
import type { CanonicalField } from '../model/canonical.ts';
import type { Clamping, History, Step } from '../model/history.ts';
import type { Setting } from '../model/settings.ts';
import type { Specification } from '../model/specification.ts';
import { spellSize } from '../model/spell.ts';
import { align } from './align.ts';
import type { Colours } from './output.ts';
import type { LineOf } from './source-lines.ts';

export interface Showing {
  readonly specification: Specification;
  readonly lineOf: LineOf;
  readonly colours: Colours;
}

/** Every line that had a say, the oldest first. */
export function historyText(history: History, showing: Showing): string {
  const { specification, lineOf, colours } = showing;
  const { fields, documentation, follows, isDefault, steps, clampings } = history;
  const heads = fields.map(({ path, text }) => colours.bold(`${path} = ${text}`));
  const rows = steps.map((step) => [
    placeOf(step.setting),
    step.setting.model,
    lineOf(step.setting),
    markOf(step, specification),
  ]);
  const lines = align(rows).map((line, index) => (steps[index]?.fate === 'decides' ? line : colours.dim(line)));
  return [
    heads.map((head, index) => (index === 0 ? `${head}   of ${specification.name}` : head)).join('\n'),
    ...(follows === undefined ? [] : [`follows \`${follows}\``]).map(indent),
    ...(isDefault ? [`default: ${documentation}`] : []).map(indent),
    ...lines.map(indent),
    ...clampings.map((clamping) => indent(describeClamping(clamping, specification))),
  ].join('\n');
}

/** Every field in a line, with the first place that it comes from. */
export function overviewText(fields: readonly CanonicalField[], { specification, colours }: Showing): string {
  const rows = fields.map(({ path, text, settings: [setting, ...others] }) => {
    const field = `${path} = ${text}`;
    if (setting === undefined) return [field, 'default'];
    const follows = isOf(setting, path) ? [] : [`follows ${setting.field}`];
    const more = others.length === 0 ? [] : [`and ${others.length} more`];
    return [field, placeOf(setting), [setting.model, ...follows, ...more].join(', ')];
  });
  return [colours.bold(specification.name), ...align(rows).map(indent)].join('\n');
}

/** A stage's setting is of a field of its own, or patches one of the model. */
function isOf({ field, stage }: Setting, path: string): boolean {
  return stage !== undefined || field === path || path.startsWith('stage ');
}

function placeOf({ file, value }: Setting): string {
  return `${file}:${value.span.line}:${value.span.column}`;
}

function markOf({ fate, stages, setting }: Step, specification: Specification): string {
  if (fate === 'discarded') return `<- discarded: a later line sets every stage`;
  if (fate === 'overridden') return '';
  const isPart = setting.stage === undefined && stages.length > 0 && stages.length < specification.stages.length;
  if (setting.stage !== undefined || !isPart) return '<- decides';
  return `<- decides for ${stages.length === 1 ? 'stage' : 'stages'} ${stages.join(', ')}`;
}

function describeClamping({ stage, grid, asked, clamped }: Clamping, { clamp }: Specification): string {
  const change = `${spellSize(asked)} becomes ${spellSize(clamped)}`;
  return `stage ${stage}: ${change} on its ${grid.height}x${grid.width} grid (clamp = ${clamp.value})`;
}

function indent(line: string): string {
  return `  ${line}`;
}
