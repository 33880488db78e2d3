/**
 * Large matrices, a few rows at a time: in float64, every step on the way to one would take twice its memory and more.
 * Each step lies in the same memory, for tens of megabytes of garbage would pile up before any were collected.
 */
import { toHalves } from '../../runtime/float16.ts';
import { createEvaluator, parameterValues } from '../graph/interpret.ts';
import { type AnyNode, erased, type Node, type NodeOf } from '../graph/node.ts';
import { definitionOf } from '../ops/index.ts';
import { volume } from '../ops/op.ts';
import { at, type Tensor, tensor } from '../ops/tensor.ts';
import type { ParameterSource, Rows } from './parameter-source.ts';

/** Values of a block. */
const blockValues = 2 ** 16;

/** What blocks lie in; one serves any number of matrices, one after another. */
export interface BlockMemory {
  readonly values: Float64Array;
  readonly floats: Float32Array;
  /** The same as bits. */
  readonly floatBits: Int32Array;
  readonly halves: Uint16Array;
}

export const createBlockMemory = (): BlockMemory => {
  const floats = new Float32Array(blockValues);
  return {
    values: new Float64Array(blockValues),
    floats,
    floatBits: new Int32Array(floats.buffer),
    halves: new Uint16Array(blockValues),
  };
};

/** Values as they are stored, by their bits: until V8 has compiled a loop, each number with a fraction is an object. */
export type Words = Int32Array | Uint16Array;

/** As many values as there is room for, the first of which is number `begin` of the result in C order. */
export type PartFolder = (begin: number, words: Words) => void;

/** Of a matrix, transposed at last if at all, or of a product with one; undefined where rows do not stand for themselves. */
export const foldByRows = (node: Node, parameter: ParameterSource, memory: BlockMemory): PartFolder | undefined => {
  const source = node.op === 'transpose' ? node.operands.x : node;
  const width = isRowwise(source) ? widthOf(source) : Number.POSITIVE_INFINITY;
  if (width > blockValues) return undefined;
  const [rows = 0, ...columnDims] = source.shape.dims;
  const columns = volume(columnDims);
  const blockRows = Math.floor(blockValues / width);
  return (begin, words) => {
    const evaluate = rowEvaluatorOf(source, createValues(parameter));
    // A part of the transposed matrix has something of every row.
    const needed = source === node ? rowsWith(begin, begin + words.length, columns) : { begin: 0, end: rows };
    for (let row = needed.begin; row < needed.end; row += blockRows) {
      const block = { begin: row, end: Math.min(row + blockRows, needed.end) };
      const { data } = evaluate(block, memory.values);
      const place = { rows, columns, row, begin };
      if (source === node) copyRows(rounded(data, words, memory), words, place);
      else scatterRows(rounded(data, words, memory), words, place);
    }
  };
};

const rowsWith = (begin: number, end: number, columns: number): Rows => ({
  begin: Math.floor(begin / columns),
  end: Math.ceil(end / columns),
});

const isVector = ({ shape }: Node): boolean => shape.dims.length === 1;

const rowwiseOf = ({ op, operands }: AnyNode): readonly string[] => {
  const shapes = Object.entries(operands).flatMap(([name, operand]) => (operand ? [[name, operand.shape]] : []));
  return definitionOf(op).rowwise?.(Object.fromEntries(shapes)) ?? [];
};

/** Whether each row of the node can be made without the others; what is needed whole is small. */
const isRowwise = (node: Node): boolean => {
  if (node.op === 'parameter') return true;
  const { operands, shape } = erased(node);
  const rowwise = rowwiseOf(erased(node));
  if (rowwise.length === 0) return false;
  return Object.entries(operands).every(([name, operand]) => {
    if (operand === undefined) return true;
    if (!rowwise.includes(name)) return isVector(operand) || operand.shape.dims.length < shape.dims.length;
    return operand.shape.dims[0] === shape.dims[0] && (isVector(operand) || isRowwise(operand));
  });
};

/** A vector is small, unless it takes a matrix to make it. */
const isNeededWhole = (node: Node): boolean => isVector(node) && (node.op === 'parameter' || !isRowwise(node));

/** Values of a row in the widest step on the way. */
const widthOf = (node: Node): number => {
  const [, ...columnDims] = node.shape.dims;
  const { operands } = erased(node);
  const steps = rowwiseOf(erased(node)).flatMap((name) => operands[name] ?? []);
  return Math.max(volume(columnDims), ...steps.map(widthOf));
};

/** The result, or a step on the way to it, lies in the memory. */
type RowEvaluator = (rows: Rows, memory: Float64Array) => Tensor;

interface Values {
  readonly parameter: ParameterSource;
  /** Of what is needed whole. */
  readonly whole: (node: Node) => Tensor;
}

/** A parameter that comes whole is asked for once. */
const createValues = (given: ParameterSource): Values => {
  const known = new Map<string, ArrayLike<number>>();
  const remembered: ParameterSource = (name, shape) => {
    const values = known.get(name) ?? given(name, shape);
    known.set(name, values);
    return values;
  };
  const parameter = Object.assign(remembered, { rows: given.rows });
  return { parameter, whole: createEvaluator({ parameter }) };
};

/** What can be found out before the first block is: there are thousands of them. */
const rowEvaluatorOf = (node: Node, values: Values): RowEvaluator => {
  if (isNeededWhole(node)) {
    const { data } = values.whole(node);
    return ({ begin, end }) => tensor([end - begin], data.subarray(begin, end));
  }
  if (node.op === 'parameter') return (rows, memory) => rowsOf(node, values.parameter, rows, memory);
  const { op, operands, attributes, shape } = erased(node);
  const { evaluate: meaning } = definitionOf(op);
  if (meaning === undefined) throw new RangeError(`${op} has no meaning by rows`);
  const rowwise = rowwiseOf(erased(node));
  const inputs = Object.entries(operands).flatMap(([name, operand]): [string, RowEvaluator][] => {
    if (operand === undefined) return [];
    if (rowwise.includes(name)) return [[name, inOwnMemory(operand, name === rowwise[0], values)]];
    const value = values.whole(operand);
    return [[name, () => value]];
  });
  const columns = volume(shape.dims.slice(1));
  return (rows, memory) => {
    const given: Record<string, Tensor> = {};
    for (const [name, evaluate] of inputs) given[name] = evaluate(rows, memory);
    return meaning(given, attributes, memory.subarray(0, (rows.end - rows.begin) * columns));
  };
};

/** The memory that is handed down is that of one operand; no other that needs some is known yet. */
const inOwnMemory = (node: Node, isFirst: boolean, values: Values): RowEvaluator => {
  const evaluate = rowEvaluatorOf(node, values);
  if (isFirst || isNeededWhole(node)) return evaluate;
  return (rows) => evaluate(rows, new Float64Array(blockValues));
};

const rowsOf = (
  node: NodeOf<'parameter'>,
  parameter: ParameterSource,
  { begin, end }: Rows,
  memory: Float64Array,
): Tensor => {
  const { dims } = node.shape;
  const columns = volume(dims.slice(1));
  const data = memory.subarray(0, (end - begin) * columns);
  if (parameter.rows === undefined) {
    const values = parameterValues(node, { parameter });
    for (let index = 0; index < data.length; index++) data[index] = at(values, begin * columns + index);
  } else {
    data.set(parameter.rows(node.attributes.name, dims, { begin, end }));
  }
  return tensor([end - begin, ...dims.slice(1)], data);
};

/** The values of a block as the words are. */
const rounded = (values: Float64Array, words: Words, memory: BlockMemory): Words => {
  const floats = memory.floats.subarray(0, values.length);
  floats.set(values);
  return words instanceof Uint16Array ? toHalves(floats, memory.halves) : memory.floatBits.subarray(0, values.length);
};

/** Of a block in the matrix, and of the words in the result. */
interface Place {
  readonly rows: number;
  readonly columns: number;
  /** The block's first. */
  readonly row: number;
  /** The number of the first word. */
  readonly begin: number;
}

const copyRows = (block: Words, words: Words, { columns, row, begin }: Place): void => {
  const start = row * columns;
  const [from, to] = [Math.max(begin, start), Math.min(begin + words.length, start + block.length)];
  words.set(block.subarray(from - start, to - start), from - begin);
};

/** As columns of the transposed matrix. */
const scatterRows = (block: Words, words: Words, { rows, columns, row, begin }: Place): void => {
  const end = begin + words.length;
  const count = block.length / columns;
  for (let k = Math.floor(begin / rows); k * rows < end; k++) {
    const column = k * rows + row;
    const [first, last] = [Math.max(0, begin - column), Math.min(count, end - column)];
    for (let n = first; n < last; n++) words[column + n - begin] = at(block, n * columns + k);
  }
};
