/**
 * Swin-T beside ONNX Runtime's WebGPU provider, on the adapter of this process, alternately in one run:
 *
 *     ONNXRUNTIME=FOLDER npx tsx test/bench/onnxruntime.ts swin_t.onnx [RUNS]
 *
 * FOLDER is where `npm install onnxruntime-node` was done; the model is torchvision's, exported by torch.onnx with the
 * input `pixel_values`. Prints the median of each in milliseconds, and their ratio.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { syntheticInput } from '../../compiler/weights/synthetic.ts';
import { specModel } from '../support/model.ts';
import { loadSynthetic } from '../support/synthetic-model.ts';

interface Session {
  run(feeds: Record<string, unknown>): Promise<unknown>;
}

interface OnnxRuntime {
  readonly InferenceSession: { create(path: string, options: object): Promise<Session> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => unknown;
}

const [model, runs = '3'] = process.argv.slice(2);
if (model === undefined) throw new Error('say which ONNX file');
const onnxRuntime: OnnxRuntime = createRequire(join(process.env['ONNXRUNTIME'] ?? process.cwd(), 'x.js'))(
  'onnxruntime-node',
);
const shape = [1, 3, 224, 224];
const input = syntheticInput(shape);

const session = await onnxRuntime.InferenceSession.create(model, { executionProviders: ['webgpu'] });
const feeds = { pixel_values: new onnxRuntime.Tensor('float32', input, shape) };
const own = await loadSynthetic(specModel('swin-t.swin'));

const contenders = { swinc: () => own.run(input), onnxruntime: () => session.run(feeds) };
const times = { swinc: [] as number[], onnxruntime: [] as number[] };
for (let run = 0; run <= Number(runs); run++) {
  for (const name of ['swinc', 'onnxruntime'] as const) {
    const start = performance.now();
    await contenders[name]();
    // The first run of each compiles its kernels.
    if (run > 0) times[name].push(performance.now() - start);
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const medians = { swinc: median(times.swinc), onnxruntime: median(times.onnxruntime) };
console.log(own.info.adapter.description);
console.log(`swinc ${medians.swinc.toFixed(0)} ms, onnxruntime ${medians.onnxruntime.toFixed(0)} ms`);
console.log(`onnxruntime / swinc = ${(medians.onnxruntime / medians.swinc).toFixed(2)}`);
process.exit(0);
