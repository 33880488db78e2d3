/** The results of several batches as if they had been one. */
import type { RunResult, StageMap } from '../../runtime/model.ts';

export function joinResults(results: readonly RunResult[]): RunResult {
  const [first] = results;
  if (first === undefined) throw new RangeError('there is no result to join');
  if (results.length === 1) return first;
  const { values, shape } = joinArrays(results.map(({ logits, shape }) => ({ values: logits, shape })));
  const features = joinMaps(results.map((result) => result.features));
  const joined = { logits: values, shape, features };
  return first.stages === undefined
    ? joined
    : { ...joined, stages: joinMaps(results.map(({ stages = [] }) => stages)) };
}

interface Batched {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

function joinMaps(batches: readonly (readonly StageMap[])[]): readonly StageMap[] {
  const [first = []] = batches;
  return first.map(({ stage }, index) => ({ stage, ...joinArrays(batches.flatMap((maps) => maps[index] ?? [])) }));
}

function joinArrays(parts: readonly Batched[]): Batched {
  const values = new Float32Array(parts.reduce((length, part) => length + part.values.length, 0));
  let offset = 0;
  for (const part of parts) {
    values.set(part.values, offset);
    offset += part.values.length;
  }
  const count = parts.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  return { values, shape: [count, ...(parts[0]?.shape.slice(1) ?? [])] };
}
