import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { planModel } from '../../compiler/compile.ts';
import { workgroupBytes } from '../../compiler/report/workgroup-memory.ts';
import { kernels } from '../../runtime/kernels/manifest.gen.ts';
import { describeKernel } from '../../runtime/kernels/manifest.ts';
import { ShaderConstantError } from '../../runtime/shader-constants.ts';
import { specModel } from '../support/model.ts';

const bytes = (source: string, constants: Readonly<Record<string, number>> = {}, types = {}): number =>
  workgroupBytes(describeKernel('sample', `${source}\n@compute @workgroup_size(1)`), { constants, types });

for (const [source, expected] of [
  ['var<workgroup> one: f32;', 16],
  ['var<workgroup> four: array<f32, 5>;', 32],
  ['var<workgroup> vectors: array<vec3f, 4>;', 64],
  ['var<workgroup> halves: array<vec4<f16>, 4>;', 32],
  ['alias Input = f32;\nvar<workgroup> named: array<vec4<Input>, 4>;', 64],
  ['const N = 3u;\nvar<workgroup> nested: array<array<f32, N>, 2u * N + 2u>;', 96],
  ['const N: u32 = 7;\nconst M = clamp(N / 2u, 1u, 2u) + max(N % 4u, 2u);\nvar<workgroup> x: array<vec2u, M>;', 48],
  ['var<workgroup> a: f32;\nvar<workgroup> b: u32;', 32],
] as const) {
  test(`${source.replaceAll('\n', ' ')} takes ${expected} bytes`, () => assert.is(bytes(source), expected));
}

test('constants and types of a candidate replace those of the file', () => {
  const source = 'alias Input = f32;\nconst N: u32 = 4;\nconst M = N * 2u;\nvar<workgroup> x: array<Input, M>;';
  assert.is(bytes(source), 32);
  assert.is(bytes(source, { N: 16 }), 128);
  assert.is(bytes(source, { N: 16 }, { Input: 'f16' }), 64);
});

test('what cannot be computed is an error and never a guess', () => {
  for (const source of [
    'var<workgroup> x: array<f32, N>;',
    'var<workgroup> x: array<f32, 2 ^ 3>;',
    'var<workgroup> x: mat2x2f;',
  ]) {
    assert.throws(
      () => bytes(source),
      (error: unknown) => error instanceof ShaderConstantError,
      source,
    );
  }
});

test('the kernels declare what their text says', () => {
  const { 'linear-tile': tile, 'window-attention-tile': attention, 'linear-register': register } = kernels;
  assert.ok(tile && attention && register);
  const tileConstants = { ACROSS: 8, DOWN: 2, SLICES: 8, DEPTH: 32 };
  assert.is(workgroupBytes(tile, { constants: {}, types: {} }), 2 * (64 * 16 * 4 + 16 * 64 * 4));
  assert.is(workgroupBytes(tile, { constants: tileConstants, types: {} }), 2 * (16 * 32 * 4 + 32 * 32 * 4));
  assert.is(
    workgroupBytes(tile, { constants: tileConstants, types: { Weight: 'f16' } }),
    2 * (16 * 32 * 4 + 32 * 32 * 2),
  );
  assert.is(workgroupBytes(register, { constants: {}, types: {} }), 0);
  for (const [dimension, staged] of [
    [4, 64],
    [32, 32],
    [64, 16],
    [256, 4],
  ] as const) {
    const constants = { HEAD_DIMENSION: dimension };
    assert.is(workgroupBytes(attention, { constants, types: {} }), 2 * staged * dimension * 4 + staged * 8);
  }
});

test('kernels for matrix units ask for the workgroup memory that they declare', () => {
  const { plan } = planModel(specModel('swin-free-t.swin'), { elementType: 'f16' });
  const candidates = plan.dispatches.flatMap((dispatch) => dispatch.candidates);
  const forMatrices = candidates.filter((candidate) => candidate.class === 'gpu-matrix');
  assert.equal([...new Set(forMatrices.map(({ kernel }) => kernel))].sort(), [
    'linear-matrix',
    'window-attention-matrix',
    'window-attention-split-matrix',
  ]);
  for (const candidate of forMatrices) {
    const kernel = kernels[candidate.kernel];
    assert.ok(kernel);
    assert.is(candidate.requires.limits['maxComputeWorkgroupStorageSize'], workgroupBytes(kernel, candidate));
  }
});

test.run();
