/** The contract of an op's ONNX form: what it is given, and what it writes nodes of the operator set 17 with. */
import type { ElementType } from '../../runtime/plan.ts';
import { type OperandSchema, type Operands, requireShape, type Shape } from './op.ts';

/** What a constant holds, computed when the file is written. */
export interface OnnxContent {
  readonly dims: readonly number[];
  readonly read: () => ArrayLike<number>;
}

/** A value of the ONNX graph. */
export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType | 'i64';
  /** Of a constant; absent where an image decides the values. A constant that no node reads is not written. */
  readonly content?: OnnxContent;
}

export type OnnxAttribute =
  | { readonly float: number }
  | { readonly integer: number }
  | { readonly integers: readonly number[] };

export type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>;

/** Writes a node of `count` outputs; an input that is undefined is left out. */
export interface OnnxWriter {
  nodes(
    operator: string,
    inputs: readonly (OnnxValue | undefined)[],
    attributes: OnnxAttributes,
    types: readonly ElementType[],
  ): readonly OnnxValue[];
  /** The same of one output, whose type is that of the first input. */
  node(
    operator: string,
    inputs: readonly [OnnxValue, ...(OnnxValue | undefined)[]],
    attributes?: OnnxAttributes,
  ): OnnxValue;
  /** The value in another type: a constant is written in it, another value is cast. */
  cast(value: OnnxValue, type: ElementType): OnnxValue;
}

export interface OnnxSite<I extends OperandSchema, A> extends OnnxWriter {
  readonly operands: Operands<I, OnnxValue>;
  readonly shapes: Operands<I, Shape>;
  readonly attributes: A;
  readonly shape: Shape;
  /** Of activations and weights; sums that need more digits than f16 has are cast. */
  readonly type: ElementType;
}

/** Writes an op's nodes and returns the value that they compute. */
export type OnnxForm<I extends OperandSchema, A> = (site: OnnxSite<I, A>) => OnnxValue;

export const integersOf = (...values: readonly number[]): OnnxValue => ({
  name: `integers.${values.join('_')}`,
  type: 'i64',
  content: { dims: [values.length], read: () => values },
});

export const scalarOf = (value: number, type: ElementType): OnnxValue => ({
  name: `scalar.${value}`,
  type,
  content: { dims: [], read: () => [value] },
});

/** The values of an operand that is a constant: what the model's parameters and its ops over them are. */
export const valuesOf = ({ name, content }: OnnxValue): ArrayLike<number> => {
  if (!content) throw new RangeError(`${name} is no constant`);
  return content.read();
};

/** Exported graphs are not fused: what only fusion makes of an op has no form. */
export const requirePlain = (plain: boolean, op: string): void =>
  requireShape(plain, () => `${op} has no ONNX form with what fusion folded into it`);

/** The batch stands before every shape; 0 in a shape keeps what the operand has. */
export const reshaped = (writer: OnnxWriter, x: OnnxValue, ...dims: readonly number[]): OnnxValue =>
  writer.node('Reshape', [x, integersOf(...dims)]);

export const transposed = (writer: OnnxWriter, x: OnnxValue, ...order: readonly number[]): OnnxValue =>
  writer.node('Transpose', [x], { perm: { integers: order } });

/** What `compute` makes of x in f32, in the type that x has. */
export const inSingle = (writer: OnnxWriter, x: OnnxValue, compute: (x: OnnxValue) => OnnxValue): OnnxValue => {
  const result = compute(writer.cast(x, 'f32'));
  return x.type === 'f16' ? writer.cast(result, 'f16') : result;
};
