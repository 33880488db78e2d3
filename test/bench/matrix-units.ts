/**
 * What matrix units reach by WGSL's experimental extension, 16 x 16 by 16 x 16, f16 in and f32 sums: with operands that stay
 * in registers, that come from workgroup memory, and that come from a storage buffer:
 *
 *     npx tsx test/bench/matrix-units.ts
 *
 * On a GPU that has them; Dawn's flags are those of `runtime/node.ts`.
 */
import { gpu } from '../../runtime/node.ts';
import { matrixUnits } from '../../runtime/select.ts';
import { createTimestamps } from '../../runtime/timestamps.ts';
import { BUFFER_USAGE } from '../../runtime/webgpu-constants.ts';

const turns = 512;
const subgroups = 4;
const workgroups = 1056;
/** Bytes of the weights that operands come from. */
const weightBytes = 1024 * 1152 * 2 + 65_536;

/** WGSL that loads the operands before the loop, or in each turn. */
interface Source {
  readonly name: string;
  readonly before?: string;
  readonly turn?: string;
}

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

const lefts = (rows: number, at: string): string =>
  lines(rows, (i) => `let left${i} = subgroupMatrixLoad<Left, row_major>(&tile, ${at} + ${i * 160}u, 10u);`);

const rights = (columns: number, at: string): string =>
  lines(columns, (j) => `let right${j} = subgroupMatrixLoad<Right, row_major>(&tile, ${at} + ${j * 4}u, 34u);`);

const sourcesOf = (rows: number, columns: number): readonly Source[] => [
  { name: 'registers', before: lefts(rows, '0u') + rights(columns, '0u') },
  { name: 'workgroup memory', turn: lefts(rows, 'turn % 2u * 640u') + rights(columns, 'turn % 2u * 640u') },
  {
    name: 'a storage buffer, the right ones',
    before: lefts(rows, '0u'),
    turn: lines(columns, (j) => {
      const start = `turn % 64u * ${16 * 288}u + ${j * 4}u + subgroup * 16u`;
      return `let right${j} = subgroupMatrixLoad<Right, row_major>(&weight, ${start}, 288u);`;
    }),
  },
];

const codeOf = (rows: number, columns: number, { before = '', turn = '' }: Source): string => `
enable f16;
enable subgroups;
enable chromium_experimental_subgroup_matrix;
alias Left = subgroup_matrix_left<f16, 16, 16>;
alias Right = subgroup_matrix_right<f16, 16, 16>;
alias Result = subgroup_matrix_result<f32, 16, 16>;
var<workgroup> tile: array<vec4<f16>, 4096>;
@group(0) @binding(0) var<storage, read_write> output: array<f32>;
@group(0) @binding(1) var<storage, read> weight: array<vec4<f16>>;
@compute @workgroup_size(${32 * subgroups})
fn main(@builtin(subgroup_id) subgroup: u32, @builtin(workgroup_id) group: vec3u) {
  if (group.y == 1u) {
    output[0] = f32(weight[0].x);
  }
  workgroupBarrier();
${lines(rows * columns, (i) => `var result${i} = Result();`)}
${before}
  for (var turn = 0u; turn < ${turns}u; turn++) {
${turn}
${lines(rows * columns, (i) => `result${i} = subgroupMatrixMultiplyAccumulate(left${Math.floor(i / columns)}, right${i % columns}, result${i});`)}
  }
  let start = group.x % 8u * 16384u + subgroup * 4096u;
${lines(rows * columns, (i) => `subgroupMatrixStore<row_major>(&output, start + ${i * 256}u, result${i}, 16u);`)}
}`;

const adapter = await (await gpu({ robust: false })).requestAdapter({ powerPreference: 'high-performance' });
if (!adapter?.features.has(matrixUnits)) throw new Error('this adapter has no matrix units, or does not offer them');
const device = await adapter.requestDevice({
  requiredFeatures: ['shader-f16', 'subgroups', 'timestamp-query', matrixUnits as GPUFeatureName],
  requiredLimits: { maxComputeWorkgroupStorageSize: adapter.limits.maxComputeWorkgroupStorageSize },
});
const output = device.createBuffer({ size: 2 ** 19, usage: BUFFER_USAGE.storage });
const weight = device.createBuffer({ size: weightBytes, usage: BUFFER_USAGE.storage });

async function millisecondsOf(pipeline: GPUComputePipeline): Promise<number> {
  const timestamps = createTimestamps(device, 1);
  const entries = [output, weight].map((buffer, binding) => ({ binding, resource: { buffer } }));
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass({ timestampWrites: timestamps.writesOf(0) });
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(workgroups);
  pass.end();
  timestamps.resolve(encoder);
  device.queue.submit([encoder.finish()]);
  const [begin = 0n, end = 0n] = await timestamps.read();
  return Number(end - begin) / 1e6;
}

for (const [rows, columns] of [
  [2, 2],
  [4, 2],
  [4, 4],
] as const) {
  for (const source of sourcesOf(rows, columns)) {
    const module = device.createShaderModule({ code: codeOf(rows, columns, source) });
    const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
    const times: number[] = [];
    for (let run = 0; run < 6; run++) times.push(await millisecondsOf(pipeline));
    const operations = workgroups * subgroups * turns * rows * columns * 2 * 16 ** 3;
    const rate = operations / Math.min(...times) / 1e9;
    console.log(`${rows} x ${columns} matrices a subgroup, operands from ${source.name}: ${rate.toFixed(0)} TFLOP/s`);
  }
}
device.destroy();
