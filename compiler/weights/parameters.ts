/** Where parameters come from: the hash, or a file that holds them under their canonical names. */
import { type Safetensors, type Tensor, toFloat32 } from '../../runtime/safetensors.ts';
import { type Graph, nodesOf } from '../graph/node.ts';
import { sameDims } from '../ops/op.ts';
import type { ParameterSource } from './fold.ts';
import { syntheticTensor } from './synthetic.ts';

export const syntheticParameters =
  (gain: number): ParameterSource =>
  (name, shape) =>
    syntheticTensor(name, shape, gain);

/** A checkpoint that does not hold what the model asks for; lists every tensor that is amiss. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Every parameter of a graph, once, in the order in which the graph meets them. */
export const parametersOf = (graph: Graph): readonly ParameterSpec[] =>
  nodesOf(graph).flatMap((node) => (node.op === 'parameter' ? [node.attributes] : []));

/** What `toFloat32` reads. */
const floats: readonly string[] = ['F32', 'F16', 'BF16', 'F64'];

const complaint = ({ name, shape }: ParameterSpec, tensor: Tensor | undefined): string[] => {
  if (!tensor) return [`${name} [${shape.join(', ')}] is missing`];
  if (!floats.includes(tensor.dtype)) return [`${name} holds ${tensor.dtype} and not floating-point numbers`];
  if (sameDims(shape, tensor.shape)) return [];
  return [`${name} is [${tensor.shape.join(', ')}] and not [${shape.join(', ')}]`];
};

export interface CheckpointParameters {
  readonly parameter: ParameterSource;
  /** Tensors of the file that the model has no use for: buffers, and dead tensors of the released checkpoints. */
  readonly unused: readonly string[];
}

/** Longest list of amiss tensors that a message shows. */
const shown = 8;

/** Parameters from a checkpoint with the canonical names; a missing tensor or another shape is a CheckpointError. */
export const checkpointParameters = (
  file: Pick<Safetensors, 'tensors'>,
  wanted: readonly ParameterSpec[],
): CheckpointParameters => {
  const complaints = wanted.flatMap((spec) => complaint(spec, file.tensors.get(spec.name)));
  if (complaints.length > 0) {
    const more = complaints.length > shown ? `, and ${complaints.length - shown} more` : '';
    throw new CheckpointError(`the weights do not fit this model: ${complaints.slice(0, shown).join('; ')}${more}`);
  }
  const names = new Set(wanted.map(({ name }) => name));
  const parameter: ParameterSource = (name) => {
    const tensor = file.tensors.get(name);
    if (!tensor) throw new CheckpointError(`${name} is missing`);
    return toFloat32(tensor);
  };
  return { parameter, unused: [...file.tensors.keys()].filter((name) => !names.has(name)) };
};
