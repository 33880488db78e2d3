import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { measurePair } from '../../compiler/cli/measure-pair.ts';
import { planModel } from '../../compiler/compile.ts';
import { gpu } from '../../runtime/node.ts';
import type { ElementType } from '../../runtime/plan.ts';
import { testAdapter } from '../support/adapters.ts';
import { specModel } from '../support/model.ts';

const test = suite('two models measured by turns');

function contestant(file: string, elementType: ElementType = 'f32') {
  const model = specModel(file);
  return { model, planned: planModel(model, { elementType }) };
}

const swin = contestant('micro/micro-swin.swin');

test('two models with inputs of different shapes share a device', async () => {
  const b = contestant('micro/micro-rectangular.swin');
  const { adapter, from, to, ratio, ratioInterval, p, significant } = await measurePair(swin, b, {
    gpu: await gpu(),
    milliseconds: 0,
  });
  assert.ok(adapter.length > 0);
  for (const { samples, median, interval } of [from, to]) {
    assert.is(samples.length, 10);
    assert.ok(samples.every((sample) => sample > 0));
    assert.ok(interval[0] <= median && median <= interval[1]);
  }
  assert.ok(ratioInterval[0] <= ratio && ratio <= ratioInterval[1]);
  assert.ok(p > 0 && p <= 1);
  assert.is(significant, p <= 0.05);
});

test('a device for f32 and f16 has halves, or says that it has not', async () => {
  const halves = contestant('micro/micro-swin.swin', 'f16');
  for (const [a, b] of [
    [swin, halves],
    [halves, swin],
  ] as const) {
    const measured = measurePair(a, b, { gpu: await gpu(), milliseconds: 0 });
    if (testAdapter() !== 'swiftshader') assert.is((await measured).to.samples.length, 10);
    else
      await measured.then(
        () => assert.unreachable(),
        (error: Error) => assert.match(error.message, /needs shader-f16/),
      );
  }
});

test.run();
