/** Every spec, as a checkpoint of every layout, leads back to itself. Shapes alone are looked at: tensors are empty. */
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildGraph } from '../../compiler/build/build.ts';
import { fileHost } from '../../compiler/cli/file-host.ts';
import { printGraph } from '../../compiler/graph/print.ts';
import { canonicalFields, canonicalText } from '../../compiler/model/canonical.ts';
import { memoryHost } from '../../compiler/model/memory-host.ts';
import type { Model } from '../../compiler/model/model.ts';
import { resolve } from '../../compiler/model/resolve.ts';
import type { Specification } from '../../compiler/model/specification.ts';
import type { Aspect, Fact, Facts } from '../../compiler/spec-from/fact.ts';
import { factsOfCheckpoint } from '../../compiler/spec-from/from-checkpoint.ts';
import { specFrom } from '../../compiler/spec-from/spec-from.ts';
import { parseSetting } from '../../compiler/spec-from/spell-field.ts';
import { exportCheckpoint } from '../../compiler/weights/export-checkpoint.ts';
import type { LayoutName } from '../../compiler/weights/layouts/layout.ts';
import { parametersOf } from '../../compiler/weights/parameters.ts';
import { hasErrors } from '../../grammar/diagnostic.ts';
import type { Tensor } from '../../runtime/safetensors.ts';
import { isFullRun } from '../support/scale.ts';
import { specFiles } from '../support/spec-files.ts';

const layouts: readonly LayoutName[] = ['microsoft', 'timm', 'torchvision', 'hf', 'openmmlab'];

interface Original {
  readonly name: string;
  readonly model: Model;
  readonly specification: Specification;
}

function originals(): readonly Original[] {
  const folder = fileURLToPath(new URL('../../specs/', import.meta.url));
  return [...specFiles().keys()].flatMap((file) => {
    const path = `${folder}${file}`;
    return resolve(path, fileHost(path, { root: folder })).value.models.map(({ name, model, specification }) => {
      if (!model || !specification) throw new Error(`${file}#${name} has errors`);
      return { name, model, specification };
    });
  });
}

/**
 * Windows that a clamp makes smaller leave tables of what they become, and `global` those of its grid; a clamp that
 * makes no difference is not asked for.
 */
const spelledOtherwise = /^micro-(clamped|global|batch-channel-pad|pad-before)$/;

/** What no file says and no question asks, for it is rare. */
function rareFacts(specification: Specification): Facts {
  const settings = canonicalFields(specification).flatMap(({ path, text }) => {
    const isRare = /^stage \d+\.(act|shift)$/.test(path) || (/norm$/.test(path) && /eps: (?!1e-5)/.test(text));
    return isRare ? [`${path}=${text}`] : [];
  });
  return new Map(settings.map(parseSetting).map(([aspect, text]) => [aspect, { text, from: '--set' }]));
}

/** What the spec answers to a question. */
function answerOf(aspect: Aspect, specification: Specification): Fact {
  const fields = new Map(canonicalFields(specification).map(({ path, text }) => [path, text]));
  const { height, width } = specification.input.value;
  const others: Readonly<Partial<Record<Aspect, string>>> = {
    size: `${height}, ${width}`,
    pretrained: /pretrained_window: (.*)\)$/.exec(fields.get('position') ?? '')?.[1] ?? 'same',
  };
  return { text: others[aspect] ?? fields.get(aspect) ?? '', from: 'a flag' };
}

/** Asks and answers until there is a spec; the aspects that were asked for stand beside it. */
function askFor(original: Original, tensors: ReadonlyMap<string, Tensor>) {
  const { name, specification } = original;
  const asked = new Set<Aspect>();
  let flags = rareFacts(specification);
  for (let round = 0; round < 4; round++) {
    const readings = [factsOfCheckpoint(tensors)];
    const answer = specFrom({ name, readings, flags, tensors, documentation: 'A copy.' });
    if (answer.kind === 'spec') return { text: answer.text, asked };
    if (answer.kind === 'findings') throw new Error(answer.diagnostics.map(({ message }) => message).join('\n'));
    const answers = answer.questions.map(({ aspect }) => [aspect, answerOf(aspect, specification)] as const);
    for (const [aspect] of answers) asked.add(aspect);
    flags = new Map([...flags, ...answers]);
  }
  throw new Error(`${[...asked].join(', ')} were asked for, and again`);
}

const askable: ReadonlySet<Aspect> = new Set<Aspect>([
  ...([
    'size',
    'shift',
    'act',
    'clamp',
    'pad',
    'window',
    'heads',
    'pretrained',
    'norm.placement',
    'merge.norm',
    'qkv.bias',
  ] as const),
]);

/** OpenMMLab's layout has one name for the final norm and for that of the last stage's map. */
const isSayable = (name: string, layout: LayoutName): boolean => layout !== 'openmmlab' || name !== 'micro-features';

/** Full-size models differ in numbers alone. */
const telling = /^micro-|^(swin-t|swin-free-t-br|swinv2-t|swinv2-b-12to16)$/;

for (const original of originals().filter(({ name }) => isFullRun || telling.test(name))) {
  test(`${original.name} comes back from its tensors' shapes`, () => {
    const graph = buildGraph(original.model);
    const tensors = parametersOf(graph).map(({ name, shape }): [string, Tensor] => [
      name,
      { dtype: 'F32', shape, data: new Uint8Array() },
    ]);
    for (const layout of layouts.filter((each) => isSayable(original.name, each))) {
      const { text, asked } = askFor(original, exportCheckpoint(new Map(tensors), layout));
      const { value, diagnostics } = resolve('copy.swin', memoryHost({ 'copy.swin': text }));
      const [copy] = value.models;
      assert.not(hasErrors(diagnostics), text);
      assert.ok(copy?.model && copy.specification, text);
      if (!copy?.model || !copy.specification) return;
      assert.is(printGraph(buildGraph(copy.model)), printGraph(graph), layout);
      if (!spelledOtherwise.test(original.name)) {
        assert.is(canonicalText(copy.specification), canonicalText(original.specification), layout);
      }
      for (const aspect of ['size', 'shift', 'act'] as const) assert.ok(asked.has(aspect), `${aspect} is asked for`);
      for (const aspect of asked) assert.ok(askable.has(aspect), aspect);
    }
  });
}

test.run();
