/**
 * What the linear and attention kernels reach on the adapter of this process, at the shapes of Swin-T:
 * `npx tsx test/bench/kernels.ts [KERNEL|CLASS] [f32|f16] [BATCH]`. A class gets each of its candidates that the adapter
 * can run, a kernel each of its variants. The figures are medians of five runs, after one that compiles.
 */
import { windowAttentionKernels } from '../../compiler/ops/attention-kernels.ts';
import { linearKernels } from '../../compiler/ops/linear-kernels.ts';
import { workgroupCounts } from '../../runtime/bind.ts';
import { gpu } from '../../runtime/node.ts';
import type { Candidate, ElementType } from '../../runtime/plan.ts';
import { adapterClass, subgroupSize } from '../../runtime/select.ts';
import { dispatch, type Job, prepare, storage } from '../runtime/harness.ts';

interface Work {
  readonly title: string;
  readonly candidates: readonly Candidate[];
  readonly operations: number;
  /** Elements of each input and of the output. */
  readonly inputs: Readonly<Record<string, number>>;
  readonly precise: readonly string[];
  readonly output: number;
}

const wantedFeatures = ['shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix'];

const adapter = await (await gpu({ robust: false })).requestAdapter();
if (adapter === null) throw new Error('there is no adapter');
const requiredFeatures = wantedFeatures.filter((name) => adapter.features.has(name)) as GPUFeatureName[];
const device = await adapter.requestDevice({ requiredFeatures });
const [, , wanted = adapterClass(adapter.info, adapter.features), elementType = 'f32', batchText = '1'] = process.argv;
const type: ElementType = elementType === 'f16' ? 'f16' : 'f32';
const batch = Number(batchText);
console.log(`${adapter.info.description || adapter.info.device}, ${wanted}, ${type}, batch ${batch}`);

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

const works = [...linearShapes.map(linear), ...attentionShapes.map(attention)];
for (const work of works) {
  for (const candidate of work.candidates.filter(isWanted)) await measure(work, candidate);
}
device.destroy();

function isWanted({ kernel, class: owner, requires }: Candidate): boolean {
  const runs = requires.features.every((name) => device.features.has(name));
  const fits = requires.subgroupSize === undefined || requires.subgroupSize === subgroupSize(device);
  return runs && fits && (kernel === wanted || owner === wanted);
}

function linear([rows, depth, columns]: (typeof linearShapes)[number]): Work {
  const fixed = (...dims: readonly number[]) => ({ batched: false, dims });
  const candidates = linearKernels({
    operands: {
      x: { batched: true, dims: [1, rows, depth] },
      weight: fixed(depth, columns),
      bias: fixed(columns),
    },
    types: { x: type, weight: type, bias: 'f32' },
    attributes: {
      gather: 'rows',
      patch: [1, 1],
      roll: [0, 0],
      normalise: 'row',
      epsilon: 1e-5,
      activation: 'gelu',
      residual_roll: [0, 0],
    },
    shape: { batched: true, dims: [1, rows, columns] },
    type,
  });
  return {
    title: `${rows}x${depth}x${columns}, standardised, bias, GELU`,
    candidates,
    operations: 2 * batch * rows * depth * columns,
    inputs: { x: batch * rows * depth, weight: depth * columns, bias: columns },
    precise: ['bias'],
    output: batch * rows * columns,
  };
}

function attention({ side, window, heads, shift }: (typeof attentionShapes)[number]): Work {
  const channels = heads * 32;
  const candidates = windowAttentionKernels({
    operands: {
      x: { batched: true, dims: [side, side, 3 * channels] },
      table: { batched: false, dims: [heads, 2 * window - 1, 2 * window - 1] },
    },
    types: { x: type, table: 'f32' },
    attributes: {
      heads,
      window: [window, window],
      padded: [side, side],
      modulus: [side, side],
      gather: [-shift, -shift],
      scatter: [shift, shift],
      mask: [shift, shift],
    },
    shape: { batched: true, dims: [side, side, channels] },
    type,
  });
  return {
    title: `${side}x${side}, window ${window}, shift ${shift}, ${heads} heads of 32`,
    candidates,
    operations: 4 * batch * side * side * window * window * channels,
    inputs: { x: batch * side * side * 3 * channels, table: heads * (2 * window - 1) ** 2 },
    precise: ['table'],
    output: batch * side * side * channels,
  };
}

/** About 0.01 everywhere, in either type. */
function values(length: number, isPrecise: boolean): GPUBufferBinding {
  return storage(device, isPrecise ? new Float32Array(length).fill(0.01) : new Uint16Array(length).fill(0x211f));
}

/** Constants by which one kernel's candidates differ. */
function variant({ kernel, constants }: Candidate): string {
  const names = ['ACROSS', 'DOWN', 'SLICES', 'DEPTH', 'QUERIES', 'PARTS'].filter((name) =>
    Object.hasOwn(constants, name),
  );
  return [kernel, ...names.map((name) => `${name}=${constants[name]}`)].join(' ');
}

async function measure({ title, inputs, precise, output, operations }: Work, candidate: Candidate): Promise<void> {
  const start = performance.now();
  const job: Job = {
    kernel: candidate.kernel,
    constants: candidate.constants,
    types: candidate.types,
    batch,
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, length]) => [name, values(length, type === 'f32' || precise.includes(name))]),
    ),
    output: { length: output, type },
    workgroups: workgroupCounts(candidate, batch),
  };
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
  const rate = (operations / median / 1e6).toFixed(2);
  console.log(
    `${variant(candidate)}: ${title}: ${median.toFixed(2)} ms, ${rate} GFLOP/s, first ${first.toFixed(0)} ms`,
  );
}
