/**
 * What the linear and attention kernels reach on the adapter of this process, at the shapes of Swin-T:
 * `npx tsx test/bench/kernels.ts [software|gpu]`. The figures are medians of five runs, after one that compiles.
 */
import { create } from 'webgpu';
import { adapterClass } from '../../runtime/select.ts';
import { dispatch, type Job, prepare, storage } from '../runtime/harness.ts';

interface Measured {
  readonly title: string;
  readonly job: Job;
  readonly operations: number;
}

const gpu = create([]);
const adapter = await gpu.requestAdapter();
if (adapter === null) throw new Error('there is no adapter');
const device = await adapter.requestDevice();
const kind = process.argv[2] ?? adapterClass(adapter.info);
console.log(`${adapter.info.description || adapter.info.device}, kernels for ${kind}`);

const linearShapes = [
  [3136, 96, 288],
  [3136, 384, 96],
  [784, 192, 768],
  [196, 384, 1536],
  [49, 768, 3072],
] as const;
const attentionShapes = [
  { side: 56, window: 7, heads: 3, shift: 3 },
  { side: 14, window: 14, heads: 12, shift: 0 },
];

for (const [rows, depth, columns] of linearShapes) await measure(linear(rows, depth, columns));
for (const shape of attentionShapes) await measure(attention(shape));
device.destroy();

function linear(rows: number, depth: number, columns: number): Measured {
  const [kernel, across, down] =
    kind === 'software' ? (['linear-register', 32, 32] as const) : (['linear-tile', 64, 64] as const);
  return {
    title: `${kernel} ${rows}x${depth}x${columns}, normalised, bias, GELU`,
    operations: 2 * rows * depth * columns,
    job: {
      kernel,
      constants: { ROWS: rows, K: depth, N: columns, NORMALISE: 1, BIAS: 1, ACTIVATION: 1 },
      batch: 1,
      inputs: {
        x: values(rows * depth),
        weight: values(depth * columns),
        bias: values(columns),
      },
      output: { length: rows * columns, type: 'f32' },
      workgroups: [Math.ceil(columns / across), Math.ceil(rows / down), 1],
    },
  };
}

function attention({ side, window, heads, shift }: (typeof attentionShapes)[number]): Measured {
  const [kernel, tile] =
    kind === 'software' ? (['window-attention-register', 32] as const) : (['window-attention-tile', 64] as const);
  const channels = heads * 32;
  const both = (name: string, value: number) => ({ [`${name}HEIGHT`]: value, [`${name}WIDTH`]: value });
  const constants = {
    ...both('', side),
    ...both('PADDED_', side),
    ...both('MODULUS_', side),
    ...both('WINDOW_', window),
    ...both('GATHER_', (side - shift) % side),
    ...both('SCATTER_', shift),
    ...both('MASK_', shift),
    ...{ HEADS: heads, HEAD_DIMENSION: 32, SCALE: 32 ** -0.5, BIAS: 1 },
  };
  return {
    title: `${kernel} ${side}x${side}, window ${window}, shift ${shift}, ${heads} heads of 32`,
    operations: 4 * side * side * window * window * channels,
    job: {
      kernel,
      constants,
      batch: 1,
      inputs: { x: values(side * side * 3 * channels), table: values(heads * (2 * window - 1) ** 2) },
      output: { length: side * side * channels, type: 'f32' },
      workgroups: [Math.ceil((window * window) / tile), (side / window) ** 2, heads],
    },
  };
}

function values(length: number): GPUBuffer {
  return storage(device, new Float32Array(length).fill(0.01));
}

async function measure({ title, job, operations }: Measured): Promise<void> {
  const start = performance.now();
  const { encode } = await prepare(device, job);
  await dispatch(device, [encode]);
  const first = performance.now() - start;
  const times: number[] = [];
  for (let run = 0; run < 5; run++) {
    const begin = performance.now();
    await dispatch(device, [encode]);
    times.push(performance.now() - begin);
  }
  const median = times.sort((left, right) => left - right)[2] ?? Number.NaN;
  const rate = operations / median / 1e6;
  console.log(`${title}: ${median.toFixed(1)} ms, ${rate.toFixed(2)} GFLOP/s, first run ${first.toFixed(0)} ms`);
}
