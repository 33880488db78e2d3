/** Canonical tensors under the names of a library: the inverse of import, from the same saying of each layout. */
import type { Tensor } from '../../runtime/safetensors.ts';
import { joinThirds, writeSource } from './convert.ts';
import { layouts } from './layouts/index.ts';
import type { Dialect, LayoutName } from './layouts/layout.ts';
import { CheckpointError } from './parameters.ts';

interface Thirds {
  first?: Tensor;
  last?: Tensor;
}

/**
 * Every tensor of a model as the library would save it, without the buffers that it computes by itself. Two tensors that
 * have one name there are a CheckpointError unless they are equal: OpenMMLab's norm of the last stage's features is the
 * one before the head.
 */
export function exportCheckpoint(
  tensors: ReadonlyMap<string, Tensor>,
  layoutName: LayoutName,
): ReadonlyMap<string, Tensor> {
  const layout = layouts[layoutName];
  const isSwinV2 = [...tensors.keys()].some((name) => name.endsWith('.logit_scale'));
  const stages = [...tensors.keys()].map((name) => Number(/^layers\.(\d+)\./.exec(name)?.[1] ?? 0));
  const dialect: Dialect = { prefix: layout.written(isSwinV2), lastStage: Math.max(0, ...stages) };
  const written = new Map<string, Tensor>();
  const owners = new Map<string, string>();
  const thirds = new Map<string, Thirds>();
  for (const [name, tensor] of tensors) {
    const source = layout.source(name, dialect);
    if (source.kind === 'third') {
      const known = thirds.get(source.key) ?? {};
      thirds.set(source.key, source.third === 0 ? { ...known, first: tensor } : { ...known, last: tensor });
      continue;
    }
    const isReordered = source.kind !== 'unfolded' || isMergedWidth(name, tensor, tensors);
    const pieces = writeSource(isReordered ? source : { kind: 'same', key: source.key }, tensor);
    for (const [key, piece] of pieces) {
      const owner = owners.get(key);
      if (owner !== undefined && !isSame(written.get(key), piece)) {
        throw new CheckpointError(
          `${owner} and ${name} differ, but in ${layout.title} layout both are ${key}; another layout keeps them apart`,
        );
      }
      owners.set(key, name);
      written.set(key, piece);
    }
  }
  for (const [key, { first, last }] of thirds) {
    if (first !== undefined && last !== undefined) written.set(key, joinThirds(first, last));
  }
  return written;
}

const isSame = (first: Tensor | undefined, second: Tensor): boolean =>
  first?.data.length === second.data.length && second.data.every((value, index) => value === first.data[index]);

/** Whether a tensor of a merging has the width of four neighbours, and not that of the reduction's result. */
function isMergedWidth(name: string, tensor: Tensor, tensors: ReadonlyMap<string, Tensor>): boolean {
  const reduction = tensors.get(name.replace(/\.norm\.\w+$/, '.reduction.weight'));
  return tensor.shape.at(-1) === reduction?.shape[1];
}
