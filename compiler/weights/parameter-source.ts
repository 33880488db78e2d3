/** Where the values of parameters come from: whole, or some rows of a matrix without the others. */
import { byteLengthOf, partOf, type Tensor, toFloat32 } from '../../runtime/safetensors.ts';
import { volume } from '../ops/op.ts';
import { CheckpointError } from './parameters.ts';

export interface ParameterSource {
  /** The values of a parameter in C order, by its canonical name and shape. */
  (name: string, shape: readonly number[]): ArrayLike<number>;
  /** Those of some rows, where they can be had alone; they stand until rows are asked for again. */
  readonly rows?: ((name: string, shape: readonly number[], rows: Rows) => ArrayLike<number>) | undefined;
}

export interface Rows {
  readonly begin: number;
  readonly end: number;
}

/** Rows are read into the same memory each time: as garbage, all that a checkpoint holds would pile up. */
export function parametersOfTensors(tensors: ReadonlyMap<string, Tensor>): ParameterSource {
  const tensorOf = (name: string): Tensor => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new CheckpointError(`${name} is missing`);
    return tensor;
  };
  let [bytes, values] = [new Uint8Array(), new Float32Array()];
  const rows = (name: string, shape: readonly number[], { begin, end }: Rows): Float32Array => {
    const tensor = tensorOf(name);
    const { dtype } = tensor;
    const columns = volume(shape.slice(1));
    const width = byteLengthOf({ dtype, shape: [columns] });
    const count = end - begin;
    if (bytes.length < count * width) bytes = new Uint8Array(count * width);
    if (values.length < count * columns) values = new Float32Array(count * columns);
    const data = partOf(tensor, begin * width, end * width, bytes);
    return toFloat32({ dtype, shape: [count, ...shape.slice(1)], data }, values);
  };
  return Object.assign((name: string) => toFloat32(tensorOf(name)), { rows });
}
