/** Graph → ONNX nodes: every op writes its own form; what parameters alone decide becomes a tensor. */
import type { ElementType } from '../../../runtime/plan.ts';
import { createEvaluator } from '../../graph/interpret.ts';
import { erased, type Graph, type GraphOutput, type Node, nodesOf, operandsOf } from '../../graph/node.ts';
import { definitionOf } from '../../ops/index.ts';
import type { OnnxContent, OnnxValue } from '../../ops/onnx.ts';
import { nameWeights, outputKind } from '../../plan/tables.ts';
import type { ParameterSource } from '../../weights/parameter-source.ts';
import { createCollector } from './collect.ts';
import type { OnnxNode, OnnxPort, OnnxTensor } from './model-proto.ts';

export class OnnxError extends Error {
  override readonly name = 'OnnxError';
}

export const inputName = 'pixel_values';

/** `logits`, `features_1`, `stages_0`. */
export const outputNameOf = (name: string): string => {
  const { kind, stage } = outputKind(name);
  return stage === null ? kind : `${kind === 'stage' ? 'stages' : kind}_${stage}`;
};

export interface WrittenGraph {
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  readonly outputs: readonly OnnxPort[];
}

/** A parameter as it comes; what is computed of parameters is evaluated in float64. */
const contentOf = (node: Node, parameter: ParameterSource): OnnxContent => {
  const { dims } = node.shape;
  if (node.op === 'parameter') return { dims, read: () => parameter(node.attributes.name, dims) };
  return { dims, read: () => createEvaluator({ parameter })(node).data };
};

/** The constants that ops over the image read, under the names of the parameters that they are made of. */
const constantsOf = (nodes: readonly Node[], parameter: ParameterSource, type: ElementType) => {
  const read = nodes.filter(({ shape }) => shape.batched).flatMap(operandsOf);
  const constants = [...new Set(read)].filter(({ shape }) => !shape.batched);
  const isTrained = ({ op }: Node): boolean => op === 'parameter';
  // Trained tensors first: their names are theirs, whatever else is made of them.
  const ordered = [...constants.filter(isTrained), ...constants.filter((node) => !isTrained(node))];
  const names = nameWeights(ordered, 'folded');
  return ordered.map((node): readonly [Node, OnnxValue] => [
    node,
    { name: names.get(node) ?? node.op, type, content: contentOf(node, parameter) },
  ]);
};

/** `layers.0.blocks.1.attn.qkv` for what has a weight of its own, else the block and the op. */
const placeOf = (node: Node, values: ReadonlyMap<Node, OnnxValue>): string => {
  const { operands, op, scope } = erased(node);
  const weight = operands['weight'] && values.get(operands['weight'])?.name;
  if (weight !== undefined) return weight.split('.weight')[0] ?? op;
  if (!scope) return op;
  const block = scope.block === undefined ? '' : `.blocks.${scope.block}`;
  return `layers.${scope.stage - 1}${block}.${op}`;
};

export interface WriteOptions {
  readonly elementType: ElementType;
  readonly parameter: ParameterSource;
  readonly outputs: readonly GraphOutput[];
}

export const writeGraph = (graph: Graph, { elementType, parameter, outputs }: WriteOptions): WrittenGraph => {
  const nodes = nodesOf({ name: graph.name, outputs });
  const collector = createCollector();
  const values = new Map(constantsOf(nodes, parameter, elementType));
  const places = new Map<string, number>();
  for (const node of nodes.filter(({ shape }) => shape.batched)) {
    const { op, operands, attributes, shape } = erased(node);
    if (op === 'input') {
      values.set(node, { name: inputName, type: 'f32' });
      continue;
    }
    const form = definitionOf(op).onnx;
    if (!form) throw new OnnxError(`${op} has no form in ONNX`);
    const wanted = placeOf(node, values);
    const count = (places.get(wanted) ?? 0) + 1;
    places.set(wanted, count);
    const writer = collector.writerAt(count === 1 ? wanted : `${wanted}.${count}`);
    const given = Object.entries(operands).flatMap(([name, operand]) => (operand ? [[name, operand] as const] : []));
    const result = form({
      ...writer,
      operands: Object.fromEntries(given.map(([name, operand]) => [name, values.get(operand)])),
      shapes: Object.fromEntries(given.map(([name, operand]) => [name, operand.shape])),
      attributes,
      shape,
      type: elementType,
    });
    values.set(node, result);
  }
  const ports = outputs.map(({ name, node }) => ({ name: outputNameOf(name), node, dims: node.shape.dims }));
  const found = ports.map(({ name, node }) => {
    const value = values.get(node);
    if (!value) throw new OnnxError(`${name} was not written`);
    return { name, value: collector.writerAt(name).cast(value, 'f32') };
  });
  const { nodes: written, tensors } = collector.collected();
  return {
    ...named({ nodes: written, tensors }, found),
    outputs: ports.map(({ name, dims }) => ({ name, dims })),
  };
};

/** Gives the values that are outputs their names; one that is two outputs is copied for the second. */
const named = (
  { nodes, tensors }: Omit<WrittenGraph, 'outputs'>,
  outputs: readonly { readonly name: string; readonly value: OnnxValue }[],
): Omit<WrittenGraph, 'outputs'> => {
  const names = new Map<string, string>();
  const copies: OnnxNode[] = [];
  for (const { name, value } of outputs) {
    const first = names.get(value.name);
    if (first === undefined) names.set(value.name, name);
    else
      copies.push({ name: `${name}/Identity`, operator: 'Identity', inputs: [first], outputs: [name], attributes: {} });
  }
  const renamed = (name: string): string => names.get(name) ?? name;
  return {
    tensors,
    nodes: [
      ...nodes.map((node) => ({ ...node, inputs: node.inputs.map(renamed), outputs: node.outputs.map(renamed) })),
      ...copies,
    ],
  };
};
