/** Collects nodes and tensors while ops write their ONNX forms. */
import { toHalves } from '../../../runtime/float16.ts';
import type { OnnxAttributes, OnnxValue, OnnxWriter } from '../../ops/onnx.ts';
import { type DataType, dataTypes, type OnnxNode, type OnnxTensor } from './model-proto.ts';

export interface Collector {
  /** A writer whose nodes have names that begin with `place`. */
  writerAt(place: string): OnnxWriter;
  /** What was written so far; a tensor stands where a node first reads it. */
  collected(): { readonly nodes: readonly OnnxNode[]; readonly tensors: readonly OnnxTensor[] };
}

/** Gives out a name once: the wanted one, or that with a number. */
const createNames = (): ((wanted: string) => string) => {
  const counts = new Map<string, number>();
  return (wanted) => {
    const count = (counts.get(wanted) ?? 0) + 1;
    counts.set(wanted, count);
    return count === 1 ? wanted : `${wanted}.${count}`;
  };
};

const encode = (values: ArrayLike<number>, type: DataType): Uint8Array => {
  if (type === 'i64') return new Uint8Array(BigInt64Array.from(Array.from(values, BigInt)).buffer);
  const singles = values instanceof Float32Array ? values : Float32Array.from(values);
  const words = type === 'f16' ? toHalves(singles) : singles;
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
};

interface TensorTable {
  readonly tensors: readonly OnnxTensor[];
  /** The name of the tensor that holds a constant; it is made at the first question. */
  nameOf(value: OnnxValue): string;
}

const createTensors = (): TensorTable => {
  const tensors: OnnxTensor[] = [];
  const names = createNames();
  const known = new Map<string, string>();
  const nameOf = ({ name: wanted, type, content }: OnnxValue): string => {
    if (!content) return wanted;
    const key = `${wanted}:${type}`;
    const present = known.get(key);
    if (present !== undefined) return present;
    const name = names(wanted);
    known.set(key, name);
    tensors.push({ name, type, dims: content.dims, read: () => encode(content.read(), type) });
    return name;
  };
  return { tensors, nameOf };
};

export const createCollector = (): Collector => {
  const nodes: OnnxNode[] = [];
  const names = createNames();
  const { tensors, nameOf } = createTensors();

  const write = (
    place: string,
    operator: string,
    inputs: readonly (OnnxValue | undefined)[],
    attributes: OnnxAttributes,
    types: readonly OnnxValue['type'][],
  ): readonly OnnxValue[] => {
    const name = names(`${place}/${operator}`);
    const outputs = types.map((type, index) => ({ name: index === 0 ? name : `${name}:${index}`, type }));
    nodes.push({
      name,
      operator,
      inputs: inputs.map((input) => (input ? nameOf(input) : '')),
      outputs: outputs.map((output) => output.name),
      attributes,
    });
    return outputs;
  };

  const writerAt: Collector['writerAt'] = (place) => {
    const node: OnnxWriter['node'] = (operator, inputs, attributes = {}) => {
      const [result = inputs[0]] = write(place, operator, inputs, attributes, [inputs[0].type]);
      return result;
    };
    return {
      node,
      nodes: (operator, inputs, attributes, types) => write(place, operator, inputs, attributes, types),
      cast: (value, type) => {
        if (value.type === type) return value;
        if (value.content) return { ...value, type };
        const [result = value] = write(place, 'Cast', [value], { to: { integer: dataTypes[type] } }, [type]);
        return result;
      },
    };
  };

  return { writerAt, collected: () => ({ nodes, tensors }) };
};
