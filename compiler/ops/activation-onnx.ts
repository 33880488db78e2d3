/** Activations in ONNX. The operator set 17 has no Gelu: runtimes know this composition of it and fuse it. */
import type { ElementType } from '../../runtime/plan.ts';
import type { ActivationKind } from './activation-kinds.ts';
import { type OnnxValue, type OnnxWriter, scalarOf } from './onnx.ts';

type Activate = (writer: OnnxWriter, x: OnnxValue, type: ElementType) => OnnxValue;

const gelu: Activate = (writer, x, type) => {
  const error = writer.node('Erf', [writer.node('Div', [x, scalarOf(Math.SQRT2, type)])]);
  const gate = writer.node('Add', [error, scalarOf(1, type)]);
  return writer.node('Mul', [writer.node('Mul', [x, gate]), scalarOf(0.5, type)]);
};

const geluTanh: Activate = (writer, x, type) => {
  const cube = writer.node('Mul', [writer.node('Mul', [x, x]), x]);
  const bent = writer.node('Add', [x, writer.node('Mul', [cube, scalarOf(0.044715, type)])]);
  const inner = writer.node('Mul', [bent, scalarOf(Math.sqrt(2 / Math.PI), type)]);
  const gate = writer.node('Add', [writer.node('Tanh', [inner]), scalarOf(1, type)]);
  return writer.node('Mul', [writer.node('Mul', [x, gate]), scalarOf(0.5, type)]);
};

export const onnxActivations: Readonly<Record<ActivationKind, Activate>> = {
  none: (_, x) => x,
  gelu,
  'gelu-tanh': geluTanh,
  relu: (writer, x) => writer.node('Relu', [x]),
  silu: (writer, x) => writer.node('Mul', [x, writer.node('Sigmoid', [x])]),
};
