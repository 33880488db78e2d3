import { type Diagnostic, diagnose } from '../../grammar/diagnostic.ts';
import { blame, type Owner } from './blame.ts';
import type { PerStage } from './fields/reader.ts';
import { type ModelFieldValue, type StageField, type StageFieldValue, stageFields } from './fields/table.ts';
import { limits } from './limits.ts';
import type { Report } from './load.ts';
import type { Setting, Settings } from './settings.ts';
import type { Given, StageSpecification } from './specification.ts';
import { spellNumber } from './spell.ts';

/** What the whole model says about its stages, before patches. */
export interface StageDefaults {
  readonly depths: Given<readonly number[]>;
  readonly heads: Given<readonly number[]>;
  readonly window: Given<ModelFieldValue<'window'>>;
  readonly shift: Given<ModelFieldValue<'shift'>>;
  readonly mlp: Given<number>;
  readonly norm: Given<ModelFieldValue<'norm'>>;
  readonly activation: Given<ModelFieldValue<'act'>>;
}

/** The stages, one for each of `depths`, with lists spread out and patches applied; undefined after a report. */
export function readStages(
  owner: Owner,
  defaults: StageDefaults,
  settings: Settings,
  report: Report,
): readonly StageSpecification[] | undefined {
  const { depths } = defaults;
  const count = depths.value.length;
  if (!isStageCount(owner, depths, report)) return undefined;
  reportStrayPatches(owner, settings, depths, report);
  const misfit = (field: string, given: Given<unknown>, found: number): void =>
    report(wrongLength(owner, field, given, depths, found));
  const lists: Lists = {
    depths: spread(depths, count, () => undefined),
    heads: spread(defaults.heads, count, (found) => misfit('heads', defaults.heads, found)),
    window: spread(defaults.window, count, (found) => misfit('window', defaults.window, found)),
    shift: spread(defaults.shift, count, (found) => misfit('shift', defaults.shift, found)),
  };
  const stages = Array.from({ length: count }, (_, index) => readStage(index + 1, lists, defaults, settings, report));
  const sound = stages.filter((stage) => stage !== undefined);
  if (sound.length < count || hasTooManyBlocks(owner, sound, report)) return undefined;
  return sound;
}

interface Lists {
  readonly depths: readonly Given<number>[];
  readonly heads: readonly Given<number>[];
  readonly window: readonly Given<StageFieldValue<'window'>>[];
  readonly shift: readonly Given<StageFieldValue<'shift'>>[];
}

/** One value a stage. The stages that a short list leaves out have none. */
function spread<Value>(
  { value, setting }: Given<readonly Value[] | PerStage<Value>>,
  count: number,
  misfit: (found: number) => void,
): readonly Given<Value>[] {
  const perStage: PerStage<Value> = 'kind' in value ? value : { kind: 'each', values: value };
  if (perStage.kind === 'every') return Array.from({ length: count }, () => ({ value: perStage.value, setting }));
  if (perStage.values.length !== count) misfit(perStage.values.length);
  return perStage.values.slice(0, count).map((each, index) => ({ value: each, setting: itemOf(setting, index) }));
}

/** The setting narrowed to one item of its list, so that a diagnostic points at the item. */
function itemOf(setting: Setting | undefined, index: number): Setting | undefined {
  const item = setting?.value.kind === 'list' ? setting.value.items[index] : undefined;
  return setting === undefined || item === undefined ? setting : { ...setting, value: item, whole: setting };
}

function wrongLength(
  owner: Owner,
  field: string,
  given: Given<unknown>,
  depths: Given<readonly number[]>,
  found: number,
): Diagnostic {
  const count = depths.value.length;
  const trouble = found < count ? `stage ${found + 1} lacks a value` : `value ${count + 1} belongs to no stage`;
  return blame(owner, [given, depths], {
    code: 'SW106',
    message: `\`${field}\` has ${found} ${found === 1 ? 'value' : 'values'} for ${count} stages: ${trouble}`,
    help: `write ${count} values, one for each of \`depths\``,
  });
}

function readStage(
  number: number,
  lists: Lists,
  defaults: StageDefaults,
  settings: Settings,
  report: Report,
): StageSpecification | undefined {
  const read = patchReader(settings.stages.get(number) ?? new Map(), report);
  const depth = read('depth', lists.depths[number - 1]);
  const heads = read('heads', lists.heads[number - 1]);
  const window = read('window', lists.window[number - 1]);
  const shift = read('shift', lists.shift[number - 1]);
  const mlp = read('mlp', defaults.mlp);
  const norm = read('norm', defaults.norm);
  const activation = read('act', defaults.activation);
  if (depth === undefined || heads === undefined || window === undefined || shift === undefined) return undefined;
  if (mlp === undefined || norm === undefined || activation === undefined) return undefined;
  return { number, depth, heads, window, shift, mlp, norm, activation };
}

type ReadPatch = <Name extends StageField>(
  name: Name,
  inherited: Given<StageFieldValue<Name>> | undefined,
) => Given<StageFieldValue<Name>> | undefined;

function patchReader(patches: ReadonlyMap<string, Setting>, report: Report): ReadPatch {
  return (name, inherited) => {
    const setting = patches.get(name);
    if (setting === undefined) return inherited;
    const { read, documentation } = stageFields[name];
    const value = read(setting.value, (finding) => report(diagnose(setting.file, { help: documentation, ...finding })));
    return value === undefined ? undefined : { value, setting };
  };
}

function isStageCount(owner: Owner, depths: Given<readonly number[]>, report: Report): boolean {
  const count = depths.value.length;
  if (count >= 1 && count <= limits.stages) return true;
  const message =
    count === 0 ? 'a model has at least one stage' : `${count} stages are more than the ${limits.stages} of a model`;
  const help = 'write the depth of each stage, such as `[2, 2, 6, 2]`';
  report(blame(owner, [depths], { code: 'SW109', message, help }));
  return false;
}

function hasTooManyBlocks(owner: Owner, stages: readonly StageSpecification[], report: Report): boolean {
  const blocks = stages.reduce((sum, stage) => sum + stage.depth.value, 0);
  if (blocks <= limits.blocks) return false;
  const deepest = stages.reduce((most, stage) => (stage.depth.value > most.depth.value ? stage : most));
  const message = `${spellNumber(blocks)} blocks are more than the ${limits.blocks} that a model may have`;
  report(blame(owner, [deepest.depth], { code: 'SW110', message, help: 'write smaller depths' }));
  return true;
}

function reportStrayPatches(owner: Owner, settings: Settings, depths: Given<readonly number[]>, report: Report): void {
  const count = depths.value.length;
  for (const [number, patches] of settings.stages) {
    const [setting] = patches.values();
    if (number <= count || setting === undefined) continue;
    report(
      blame(owner, [{ value: number, setting }, depths], {
        code: 'SW107',
        message: `there is no stage ${number}: the model has ${count}`,
        help: 'stages count from 1, as in the paper',
      }),
    );
  }
}
