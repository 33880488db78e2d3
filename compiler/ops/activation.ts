/** Activation functions. `gelu` is exact, x * Φ(x) with the error function, as every reference implementation has it. */
import { type ActivationKind, activationKinds } from './activation-kinds.ts';
import { onnxActivations } from './activation-onnx.ts';
import { oneOf } from './attribute.ts';
import { activationKernels } from './eager-kernels.ts';
import { defineOp } from './op.ts';
import { tensor } from './tensor.ts';

/** erfc(x) for x ≥ 2 by its continued fraction (Abramowitz and Stegun 7.1.14), evaluated from its tail. */
const complementaryErrorFunction = (x: number): number => {
  let tail = x;
  for (let k = 60; k >= 1; k--) tail = x + k / 2 / tail;
  return Math.exp(-x * x) / (tail * Math.sqrt(Math.PI));
};

/** erf(x) to float64 rounding: its Maclaurin series below 2, where cancellation is mild, else 1 - erfc. */
export const errorFunction = (x: number): number => {
  const magnitude = Math.abs(x);
  if (magnitude >= 2) return Math.sign(x) * (1 - complementaryErrorFunction(magnitude));
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
};

export const activationFunctions: Readonly<Record<ActivationKind, (x: number) => number>> = {
  none: (x) => x,
  gelu: (x) => 0.5 * x * (1 + errorFunction(x * Math.SQRT1_2)),
  'gelu-tanh': (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  relu: (x) => Math.max(x, 0),
  silu: (x) => x / (1 + Math.exp(-x)),
};

export const activation = defineOp({
  summary: 'The activation function, value by value.',
  kind: 'activation',
  operands: { x: 'required' },
  attributes: { kind: oneOf(...activationKinds) },
  tokenwise: () => true,
  infer: ({ x }) => x,
  evaluate: ({ x }, { kind }) => tensor(x.dims, x.data.map(activationFunctions[kind])),
  lower: activationKernels,
  onnx: (site) => onnxActivations[site.attributes.kind](site, site.operands.x, site.type),
});
