/** What exported PyTorch modules answer, in float64: the goldens, and what the interpreter says of every spec. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildGraph } from '../../compiler/build/build.ts';
import type { Model } from '../../compiler/model/model.ts';
import { parametersOf } from '../../compiler/weights/parameters.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';
import { assertClose } from '../support/close.ts';
import { fullSizeGoldens, goldenModel, microGoldens } from '../support/golden-specs.ts';
import { readGolden, readShapeCases } from '../support/goldens.ts';
import { meaningOf, narrowed } from '../support/meaning.ts';
import { answersOf, type PytorchAnswer, type PytorchCase } from '../support/pytorch.ts';
import { isFullRun } from '../support/scale.ts';
import { modelOfCase } from '../support/shape-cases.ts';
import { allSpecs, isMicro } from '../support/specs.ts';

/** The goldens were rounded to float32. */
const goldenTolerance = 1e-6;
/** What float64 loses to another order of summation. */
const interpreterTolerance = 1e-9;

interface Examined extends PytorchCase {
  readonly examine: (answer: PytorchAnswer) => void;
}

const goldens = [...microGoldens, ...fullSizeGoldens].map((name): Examined => {
  const golden = readGolden(name);
  const examine = ({ logits, stages }: PytorchAnswer): void => {
    assertClose(logits, golden.logits, goldenTolerance, 'logits');
    golden.stages.forEach(({ index, value }, stage) => {
      const sampled = index.map((flat) => stages[stage]?.[flat] ?? Number.NaN);
      assertClose(sampled, value, goldenTolerance, `stage ${stage}`);
    });
  };
  return { name: `golden-${name}`, model: goldenModel(name), batch: golden.inputShape[0], gain: golden.gain, examine };
});

const shapes = readShapeCases()
  .filter(({ pad }) => pad !== undefined)
  .map(
    (each): Examined => ({
      name: `shape-${each.name}`,
      model: modelOfCase(each),
      batch: each.input[0],
      gain: 1,
      examine: ({ logits }) => assertClose(logits, each.logits.flat(), goldenTolerance, 'logits'),
    }),
  );

const specs = allSpecs().map((spec): Examined => {
  const model = isMicro(spec) ? spec.model : narrowed(spec.model);
  const batch = isMicro(spec) ? 2 : 1;
  const examine = ({ logits, features }: PytorchAnswer): void => {
    const meaning = meaningOf(buildGraph(model), model, batch);
    assertClose(logits, meaning.get('logits')?.data ?? [], interpreterTolerance, 'logits');
    assert.is(features.length, model.features.length);
    model.features.forEach((stage, index) => {
      const expected = meaning.get(`features ${stage}`)?.data ?? [];
      assertClose(features[index] ?? [], expected, interpreterTolerance, `features ${stage}`);
    });
  };
  return { name: `spec-${spec.name.replaceAll(/[^A-Za-z0-9]+/g, '-')}`, model, batch, gain: 1, examine };
});

const every = [...goldens, ...shapes, ...specs];

test('every case has a folder of its own', () => {
  assert.is(new Set(every.map(({ name }) => name)).size, every.length);
});

/** PyTorch is not asked of every machine; a full run fails where it is missing. */
const cases = isFullRun ? every : [];
const answers = isFullRun ? await answersInFolder() : new Map<string, PytorchAnswer>();

function answersInFolder(): Promise<ReadonlyMap<string, PytorchAnswer>> {
  const folder = temporaryFolder();
  return answersOf(every, folder.path).finally(folder.remove);
}

/** What the papers start from; the convolution of the patches starts as PyTorch has it. */
function checkInitial(model: Model, name: string, [least, largest]: readonly [number, number]): void {
  if (/^patch_embed\.proj\./.test(name)) return;
  const constant = initialConstant(model, name);
  if (constant === undefined) {
    // Normal, of a deviation of 0.02.
    assert.ok(least < 0 && largest > 0 && largest < 0.15, `${name} starts from ${least} to ${largest}`);
    return;
  }
  assertClose([least, largest], [constant, constant], 1e-12, name);
}

function initialConstant(model: Model, name: string): number | undefined {
  if (name.endsWith('logit_scale')) return Math.LN10;
  if (/bias$/.test(name)) return 0;
  if (/blocks\.\d+\.norm\d\.weight$/.test(name)) return model.normPlacement === 'post' ? 0 : 1;
  return /norm\d?\.weight$/.test(name) ? 1 : undefined;
}

for (const { name, model, examine } of cases) {
  test(`${name}, by PyTorch`, () => {
    const answer = answers.get(name);
    assert.ok(answer);
    if (answer === undefined) return;
    const canonical = parametersOf(buildGraph(model)).map((parameter) => parameter.name);
    assert.equal([...answer.names].sort(), canonical.sort());
    assert.ok(
      answer.idle.every((parameter) => /^norm\d\./.test(parameter)),
      'only the norms of maps have no part in logits',
    );
    for (const [parameter, range] of Object.entries(answer.initial)) checkInitial(model, parameter, range);
    examine(answer);
  });
}

test.run();
