/** Large matrices, a few rows at a time: in float64, every step on the way to one would take twice its memory and more. */
import { createEvaluator, parameterValues } from '../graph/interpret.ts';
import { erased, type Node } from '../graph/node.ts';
import { definitionOf } from '../ops/index.ts';
import { volume } from '../ops/op.ts';
import { at, type Tensor, tensor } from '../ops/tensor.ts';
import type { ParameterSource } from './fold.ts';

/** Values of a block. */
const blockValues = 2 ** 16;

/** The values of a matrix, transposed at last if at all; undefined where its rows do not stand for themselves. */
export const foldByRows = (node: Node, parameter: ParameterSource): Float32Array | undefined => {
  const matrix = node.op === 'transpose' ? node.operands.x : node;
  const [rows = 0, ...columnDims] = matrix.shape.dims;
  if (columnDims.length === 0 || !isRowwise(matrix)) return undefined;
  const columns = volume(columnDims);
  const result = new Float32Array(rows * columns);
  const blockRows = Math.max(1, Math.floor(blockValues / columns));
  const evaluate = createRowEvaluator(parameter);
  for (let begin = 0; begin < rows; begin += blockRows) {
    const { data } = evaluate(matrix, { begin, end: Math.min(begin + blockRows, rows) });
    if (matrix === node) result.set(data, begin * columns);
    else scatterColumns(data, result, { rows, columns, begin });
  }
  return result;
};

/** Whether each row of the node can be made without the others; a vector is small enough to be made whole. */
const isRowwise = (node: Node): boolean => {
  if (node.op === 'parameter' || isVector(node)) return true;
  const { op, operands, shape } = erased(node);
  const { rowwise } = definitionOf(op);
  if (rowwise === undefined) return false;
  return Object.entries(operands).every(([name, operand]) => {
    if (operand === undefined) return true;
    if (rowwise.includes(name)) return operand.shape.dims[0] === shape.dims[0] && isRowwise(operand);
    return operand.shape.dims.length < shape.dims.length;
  });
};

const isVector = ({ shape }: Node): boolean => shape.dims.length === 1;

interface Rows {
  readonly begin: number;
  readonly end: number;
}

type RowEvaluator = (node: Node, rows: Rows) => Tensor;

/** It remembers the parameters that it was given, and what is needed whole, which is small. */
const createRowEvaluator = (parameter: ParameterSource): RowEvaluator => {
  const known = new Map<string, ArrayLike<number>>();
  const remembered: ParameterSource = (name, shape) => {
    const values = known.get(name) ?? parameter(name, shape);
    known.set(name, values);
    return values;
  };
  const whole = createEvaluator({ parameter: remembered });
  const evaluate: RowEvaluator = (node, rows) => {
    if (isVector(node)) return rowsOf(whole(node).data, node, rows);
    if (node.op === 'parameter') return rowsOf(parameterValues(node, { parameter: remembered }), node, rows);
    const { op, operands, attributes } = erased(node);
    const { rowwise = [], evaluate: meaning } = definitionOf(op);
    if (meaning === undefined) throw new RangeError(`${op} has no meaning by rows`);
    const inputs = Object.entries(operands).flatMap(([name, operand]) => {
      if (operand === undefined) return [];
      return [[name, rowwise.includes(name) ? evaluate(operand, rows) : whole(operand)] as const];
    });
    return meaning(Object.fromEntries(inputs), attributes);
  };
  return evaluate;
};

const rowsOf = (values: ArrayLike<number>, { shape }: Node, { begin, end }: Rows): Tensor => {
  const [, ...columnDims] = shape.dims;
  const columns = volume(columnDims);
  const data = new Float64Array((end - begin) * columns);
  for (let index = 0; index < data.length; index++) data[index] = at(values, begin * columns + index);
  return tensor([end - begin, ...columnDims], data);
};

interface Place {
  /** Of the matrix, which is transposed in the result. */
  readonly rows: number;
  readonly columns: number;
  readonly begin: number;
}

/** A block of rows as columns of the transposed matrix. */
const scatterColumns = (block: Float64Array, result: Float32Array, { rows, columns, begin }: Place): void => {
  const count = block.length / columns;
  for (let k = 0; k < columns; k++) {
    for (let n = 0; n < count; n++) result[k * rows + begin + n] = at(block, n * columns + k);
  }
};
