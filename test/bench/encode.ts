/**
 * What a run costs in JavaScript before the device works, without a device: Dawn's null backend checks every command
 * and computes nothing.
 *
 *     npx tsx test/bench/encode.ts [SPEC] [RUNS]
 *
 * Prints medians in milliseconds: from the call of `run` to the return of its submit, and of encoding a command buffer.
 */
import { create } from 'webgpu';
import { planModel } from '../../compiler/compile.ts';
import { load } from '../../runtime/node.ts';
import { specModel } from '../support/model.ts';
import { observedDevice } from '../support/observed-device.ts';

const [spec = 'swin-b.swin', runs = '200'] = process.argv.slice(2);
const model = specModel(spec);
const { plan } = planModel(model, { elementType: 'f32' });
const gpu = create(['backend=null']);
const adapter = await gpu.requestAdapter();
if (adapter === null) throw new Error('Dawn has no null backend here');
const { device, events } = observedDevice(await adapter.requestDevice());

const tensors = new Map(
  plan.buffers
    .filter(({ role }) => role === 'weight')
    .map(({ name, shape, type }) => {
      const size = shape.reduce((product, length) => product * length, type === 'f16' ? 2 : 4);
      return [name, { dtype: type === 'f16' ? 'F16' : 'F32', shape, data: new Uint8Array(size) }];
    }),
);
const loaded = await load({ plan, weights: { tensors } }, { device });
const { channels, height, width } = model.input;
const input = new Float32Array(channels * height * width).fill(0.5);

const median = (values: readonly number[]): string =>
  (values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN).toFixed(3);

const toSubmit: number[] = [];
const encoding: number[] = [];
let first = Number.NaN;
for (let index = 0; index <= Number(runs); index++) {
  events.length = 0;
  const start = performance.now();
  await loaded.run(input);
  const submitted = events.find(({ kind }) => kind === 'submit')?.end ?? Number.NaN;
  const encoders = events.filter(({ kind }) => kind === 'encoder');
  const finishes = events.filter(({ kind }) => kind === 'finish');
  if (index === 0) first = submitted - start;
  else {
    toSubmit.push(submitted - start);
    encoding.push((finishes.at(-1)?.end ?? Number.NaN) - (encoders.at(-1)?.start ?? Number.NaN));
  }
}
console.log(`${plan.model}, ${plan.dispatches.length} dispatches, ${runs} runs on the null backend`);
console.log(`input to submit  ${median(toSubmit)} ms (the first run ${first.toFixed(3)} ms)`);
console.log(`encoding         ${median(encoding)} ms, while the run before it is on the device`);
process.exit(0);
