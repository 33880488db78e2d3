/**
 * The contract of an op. An op is defined once; the printer, the parser, the verifier, the interpreter, the cost model
 * and the lowering all fold over the table in `index.ts`, so none of them names an op.
 */
import type { Candidate, ElementType } from '../../runtime/plan.ts';
import type { AttributeSchema, AttributesOf } from './attribute.ts';
import type { OnnxForm } from './onnx.ts';
import type { Tensor } from './tensor.ts';

/** Dimensions of one image's tensor when `batched` (the batch stands before them), else of the tensor itself. */
export interface Shape {
  readonly batched: boolean;
  readonly dims: readonly number[];
}

/** The operands' names in order, required ones first. */
export type OperandSchema = Readonly<Record<string, 'required' | 'optional'>>;

export type Operands<I extends OperandSchema, T> = {
  readonly [K in keyof I as I[K] extends 'required' ? K : never]: T;
} & {
  readonly [K in keyof I as I[K] extends 'optional' ? K : never]?: T | undefined;
};

/** Work for one image: multiply-accumulates of matrix products only; bytes are counted from the shapes. */
export interface Cost {
  readonly macs: number;
}

export interface LoweringSite<I extends OperandSchema, A> {
  readonly operands: Operands<I, Shape>;
  readonly types: Operands<I, ElementType>;
  readonly attributes: A;
  readonly shape: Shape;
  readonly type: ElementType;
}

/** Kernels that serve a node. Its operands bind under their own names, its result as `output`. */
export type Lowering = readonly Candidate[];

/** What time counts as: the rows of the Swin-Free paper's Table 1. */
export const opKinds = ['shifting', 'norm', 'activation', 'attention', 'GEMM', 'other'] as const;
export type OpKind = (typeof opKinds)[number];

/** `transposed`: [K, N] in place of the canonical [N, …K]. `centred`: less the mean over K. */
export type Storage = 'centred' | 'transposed';

export interface OpDefinition<I extends OperandSchema = OperandSchema, S extends AttributeSchema = AttributeSchema> {
  readonly summary: string;
  /** What its time counts as; a fused op as what it would be without what was fused into it. Absent: `other`. */
  readonly kind?: OpKind;
  readonly operands: I;
  readonly attributes: S;
  /** True when each token's result depends on that token alone and not on where it stands. */
  tokenwise?(attributes: AttributesOf<S>): boolean;
  /** The result's shape; throws a ShapeError that says what does not fit. */
  infer(operands: Operands<I, Shape>, attributes: AttributesOf<S>): Shape;
  cost?(operands: Operands<I, Shape>, attributes: AttributesOf<S>, shape: Shape): Cost;
  /**
   * The meaning, in float64. Absent for the ops that only name a value: `input` and `parameter`. An op may put its
   * result into `memory`, where it is given, over the operand that lies there.
   */
  evaluate?(operands: Operands<I, Tensor>, attributes: AttributesOf<S>, memory?: Float64Array): Tensor;
  /** Absent for ops of parameters alone, which are folded into the weights. */
  lower?(site: LoweringSite<I, AttributesOf<S>>): Lowering;
  /** Absent for ops that no exported graph has: what is left of them is folded into the weights. */
  onnx?: OnnxForm<I, AttributesOf<S>>;
  /** Operands kept in f32 whatever the plan's element type, because they are small and precision is cheap there. */
  readonly preciseOperands?: readonly (keyof I & string)[];
  /** Operands of which row n is all that row n of the result takes; of any other operand it takes the whole. */
  rowwise?(operands: Operands<I, Shape>): readonly (keyof I & string)[];
  /** What is done to operands, which must be parameters, before kernels read them. */
  stored?(attributes: AttributesOf<S>): { readonly [K in keyof I]?: readonly Storage[] };
}

export const defineOp = <const I extends OperandSchema, const S extends AttributeSchema>(
  definition: OpDefinition<I, S>,
): OpDefinition<I, S> => definition;

/** Shapes or attributes that do not fit together: a mistake in a graph's text or in a pass, never in a spec. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** The message is made where it is needed: every sweep of every rule infers shapes. */
export const requireShape = (condition: boolean, message: () => string): void => {
  if (!condition) throw new ShapeError(message());
};

export const volume = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);

export const sameDims = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((dim, index) => dim === b[index]);

/** `[B, 56, 56, 96]`, as graphs print it. */
export const printShape = (shape: Shape): string => `[${[...(shape.batched ? ['B'] : []), ...shape.dims].join(', ')}]`;

/** Height, width and channels of a map in channels-last order. */
export const mapOf = (shape: Shape, op: string): { height: number; width: number; channels: number } => {
  const [height, width, channels] = shape.dims;
  if (shape.dims.length !== 3 || height === undefined || width === undefined || channels === undefined) {
    throw new ShapeError(`${op} wants a map [B, H, W, C], not ${printShape(shape)}`);
  }
  return { height, width, channels };
};

export const lastDim = (shape: Shape): number => shape.dims.at(-1) ?? 1;
