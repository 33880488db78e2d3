/** Which kernel an adapter gets. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { RuntimeError } from '../../runtime/errors.ts';
import type { AdapterClass, Candidate, PlanDispatch } from '../../runtime/plan.ts';
import {
  adapterClass,
  batchBucket,
  matrixUnits,
  type SubgroupMatrixConfig,
  selectCandidate,
  type Target,
} from '../../runtime/select.ts';

const one = { count: 1, batched: false, tile: 1 };

function candidate(name: AdapterClass, kernel: string, requires: Partial<Candidate['requires']> = {}): Candidate {
  const needs = { features: [], limits: {}, ...requires };
  return { class: name, kernel, constants: {}, types: {}, workgroups: [one, one, one], requires: needs };
}

function dispatchOf(...candidates: readonly Candidate[]): PlanDispatch {
  return { op: 'linear', stage: 1, block: 0, reads: [], writes: [], bindings: {}, candidates };
}

function target(name: AdapterClass, changes: Partial<Target> = {}): Target {
  return { class: name, features: new Set<string>(), limits: {}, subgroupSize: undefined, batch: 1, ...changes };
}

const all = dispatchOf(candidate('software', 'a'), candidate('gpu', 'b'), candidate('gpu-matrix', 'c'));

test('each class takes its own kernels first', () => {
  assert.is(selectCandidate(all, target('software')).kernel, 'a');
  assert.is(selectCandidate(all, target('gpu')).kernel, 'b');
  assert.is(selectCandidate(all, target('gpu-matrix')).kernel, 'c');
});

test('a class without kernels takes those of another, but never those for matrix units', () => {
  assert.is(selectCandidate(dispatchOf(candidate('software', 'a')), target('gpu-matrix')).kernel, 'a');
  assert.is(selectCandidate(dispatchOf(candidate('gpu', 'b')), target('software')).kernel, 'b');
  assert.throws(() => selectCandidate(dispatchOf(candidate('gpu-matrix', 'c')), target('gpu')), /no kernel/);
});

test('a kernel for one size of subgroups runs on adapters of that size alone', () => {
  const dispatch = dispatchOf(
    candidate('software', 'eight', { features: ['subgroups'], subgroupSize: 8 }),
    candidate('software', 'four', { features: ['subgroups'], subgroupSize: 4 }),
    candidate('software', 'none'),
  );
  const features = new Set(['subgroups']);
  assert.is(selectCandidate(dispatch, target('software', { features, subgroupSize: 8 })).kernel, 'eight');
  assert.is(selectCandidate(dispatch, target('software', { features, subgroupSize: 4 })).kernel, 'four');
  assert.is(selectCandidate(dispatch, target('software', { features, subgroupSize: undefined })).kernel, 'none');
});

test('the first that the device can run is taken', () => {
  const dispatch = dispatchOf(
    candidate('gpu', 'halves', { features: ['shader-f16'] }),
    candidate('gpu', 'large', { limits: { maxComputeWorkgroupStorageSize: 32768 } }),
    candidate('gpu', 'plain'),
  );
  const limits = { maxComputeWorkgroupStorageSize: 32768 };
  assert.is(selectCandidate(dispatch, target('gpu')).kernel, 'plain');
  assert.is(selectCandidate(dispatch, target('gpu', { limits })).kernel, 'large');
  assert.is(selectCandidate(dispatch, target('gpu', { features: new Set(['shader-f16']) })).kernel, 'halves');
});

test('of a class, the first is taken that makes enough workgroups of the batch', () => {
  const tiled = (kernel: string, tile: number, leastWorkgroups?: number): Candidate => ({
    ...candidate('gpu', kernel),
    workgroups: [{ count: 128, batched: false, tile: 64 }, { count: 49, batched: true, tile }, one],
    ...(leastWorkgroups === undefined ? {} : { leastWorkgroups }),
  });
  const plain = candidate('software', 'plain');
  const dispatch = dispatchOf(tiled('large', 64, 8), tiled('middle', 32, 8), tiled('small', 16), plain);
  const kernels = [1, 2, 4, 5, 6].map((batch) => selectCandidate(dispatch, target('gpu', { batch })).kernel);
  assert.equal(kernels, ['small', 'middle', 'large', 'large', 'large']);
  const idle = dispatchOf(tiled('large', 64, 8), plain);
  assert.is(selectCandidate(idle, target('gpu')).kernel, 'large');
});

test('what is missing is said', () => {
  const halves = dispatchOf(candidate('software', 'halves', { features: ['shader-f16'] }));
  const large = dispatchOf(candidate('software', 'large', { limits: { maxBufferSize: 9 } }));
  const codeOf = (work: () => unknown) => {
    try {
      work();
      return null;
    } catch (error) {
      return error instanceof RuntimeError ? `${error.code}: ${error.message}` : error;
    }
  };
  assert.match(
    `${codeOf(() => selectCandidate(halves, target('software')))}`,
    /^missing-feature: halves needs shader-f16/,
  );
  assert.match(`${codeOf(() => selectCandidate(large, target('software')))}`, /^limit-exceeded: .* of 9; .* has 0/);
});

test('a tuning table has the last word among what can run', () => {
  const chosen = selectCandidate(all, target('gpu-matrix', { batch: 8 }), (_, runnable, bucket) =>
    bucket === '8+' ? runnable.find(({ kernel }) => kernel === 'b') : undefined,
  );
  assert.is(chosen.kernel, 'b');
  assert.equal([1, 2, 7, 8, 100].map(batchBucket), ['1', '2-7', '2-7', '8+', '8+']);
});

test('a GPU takes kernels of software adapters only where it has none of its own', () => {
  const preferred = (name: string) => (_: unknown, runnable: readonly Candidate[]) =>
    runnable.find(({ kernel }) => kernel === name);
  assert.is(selectCandidate(all, target('gpu'), preferred('a')).kernel, 'b');
  assert.is(selectCandidate(all, target('gpu-matrix'), preferred('b')).kernel, 'b');
  assert.is(selectCandidate(all, target('software'), preferred('b')).kernel, 'b');
});

test('a GPU has matrix units where it multiplies what the kernels do, and was asked for them', () => {
  const product = { M: 16, N: 16, K: 16, componentType: 'f16', resultComponentType: 'f32' };
  const classOf = (products: readonly SubgroupMatrixConfig[], features: readonly string[]) => {
    const info = { vendor: 'nvidia', architecture: '', device: '', description: '', subgroupMatrixConfigs: products };
    return adapterClass(info, new Set(features));
  };
  assert.is(classOf([product], [matrixUnits]), 'gpu-matrix');
  assert.is(classOf([{ ...product, K: 8 }, product], [matrixUnits]), 'gpu-matrix');
  assert.is(classOf([{ ...product, resultComponentType: 'f16' }], [matrixUnits]), 'gpu');
  assert.is(classOf([], [matrixUnits]), 'gpu');
  assert.is(classOf([product], ['subgroups']), 'gpu');
});

test('software adapters are known by their names', () => {
  const classOf = (description: string, isFallbackAdapter = false) =>
    adapterClass({ vendor: '', architecture: '', device: '', description, isFallbackAdapter });
  assert.is(classOf('llvmpipe (LLVM 15.0.6, 256 bits)'), 'software');
  assert.is(classOf('SwiftShader Device (Subzero)'), 'software');
  assert.is(classOf('Microsoft Basic Render Driver'), 'software');
  assert.is(classOf('NVIDIA H100'), 'gpu');
  assert.is(classOf('Radeon RX 9070 (warped)'), 'gpu');
  assert.is(classOf('NVIDIA H100', true), 'software');
});

test.run();
