/**
 * A graph as text; `parse.ts` reads it back.
 *
 *     graph micro-swin
 *     %0 = input {shape: [3, 32, 32]} : [B, 3, 32, 32]
 *     %1 = parameter {name: "patch_embed.proj.weight", shape: [16, 3, 2, 2]} : [16, 3, 2, 2]
 *     %2 = patch_unfold(%0) {patch: [2, 2]} : [B, 16, 16, 12]
 *     %3 = linear(%2, %1, bias: %4) @1.0 : [B, 16, 16, 16]
 *     output logits = %3
 *
 * Required operands stand in order, optional ones under their names; attributes with their default are left out;
 * `@1.0` says stage 1, block 0.
 */
import { type AttributeValue, sameValue } from '../ops/attribute.ts';
import { definitionOf } from '../ops/index.ts';
import { printShape } from '../ops/op.ts';
import { type AnyNode, erased, type Graph, type Node, nodesOf, type Scope } from './node.ts';

const printValue = (value: AttributeValue): string => {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? JSON.stringify(value) : `[${value.join(', ')}]`;
};

const printOperands = (node: AnyNode, names: ReadonlyMap<Node, string>): string => {
  const { operands } = definitionOf(node.op);
  const parts = Object.entries(node.operands).flatMap(([name, operand]) => {
    if (!operand) return [];
    const reference = names.get(operand) ?? '%?';
    return operands[name] === 'required' ? [reference] : [`${name}: ${reference}`];
  });
  return parts.length > 0 ? `(${parts.join(', ')})` : '';
};

const printAttributes = (node: AnyNode): string => {
  const { attributes } = definitionOf(node.op);
  const parts = Object.entries(node.attributes).flatMap(([name, value]) => {
    const fallback: AttributeValue | undefined = attributes[name]?.fallback;
    return fallback !== undefined && sameValue(value, fallback) ? [] : [`${name}: ${printValue(value)}`];
  });
  return parts.length > 0 ? ` {${parts.join(', ')}}` : '';
};

export const printScope = (scope: Scope | undefined): string => {
  if (!scope) return '';
  return scope.block === undefined ? ` @${scope.stage}` : ` @${scope.stage}.${scope.block}`;
};

export const printGraph = (graph: Graph): string => {
  const nodes = nodesOf(graph);
  const names = new Map(nodes.map((node, index) => [node, `%${index}`]));
  const lines = nodes.map((node) => {
    const any = erased(node);
    const right = `${node.op}${printOperands(any, names)}${printAttributes(any)}${printScope(node.scope)}`;
    return `${names.get(node)} = ${right} : ${printShape(node.shape)}`;
  });
  const outputs = graph.outputs.map(({ name, node }) => `output ${name} = ${names.get(node)}`);
  return `${[`graph ${graph.name}`, ...lines, ...outputs].join('\n')}\n`;
};
