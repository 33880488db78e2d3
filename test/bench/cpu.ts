/**
 * Swin-T by our kernels, on the adapter of this process, and by ONNX Runtime's CPU provider:
 *
 *     npx tsx test/bench/cpu.ts [SPEC] [RUNS]
 *
 * Prints the median processor time of an image, which a busy machine disturbs little, and the ratio. Beside a software
 * renderer, which uses all cores too, it is the ratio of the times that one waits.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { syntheticInput } from '../../compiler/weights/synthetic.ts';
import { specModel } from '../support/model.ts';
import { onnxBytes, onnxInput } from '../support/onnx.ts';
import { loadSynthetic } from '../support/synthetic-model.ts';

const [spec = 'swin-t.swin', runs = '5'] = process.argv.slice(2);
const model = specModel(spec);
const shape = [1, model.input.channels, model.input.height, model.input.width];
const input = syntheticInput(shape);

async function processorTime(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index <= Number(runs); index++) {
    const start = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(start);
    // The first run of each makes what it needs.
    if (index > 0) times.push((user + system) / 1000);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

const own = await loadSynthetic(model);
const webgpu = await processorTime(() => own.run(input));
// One thread: several spin while they wait for each other, which would count.
const session = await InferenceSession.create(onnxBytes(onnxInput(model)), {
  intraOpNumThreads: 1,
  logSeverityLevel: 3,
});
const cpu = await processorTime(() => session.run({ pixel_values: new Tensor('float32', input, shape) }));
console.log(own.info.adapter.description);
console.log(
  `swinc ${webgpu.toFixed(0)} ms, ONNX Runtime's CPU provider ${cpu.toFixed(0)} ms of processor time an image`,
);
console.log(`${(webgpu / cpu).toFixed(1)} times`);
process.exit(0);
