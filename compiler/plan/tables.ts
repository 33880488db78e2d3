/** The buffers of a plan: which nodes have one, its name and its element type. */
import type { ElementType, PlanBuffer } from '../../runtime/plan.ts';
import { type Graph, type Node, nodesOf, operandsOf } from '../graph/node.ts';
import { volume } from '../ops/op.ts';

/** Kind of an output by its name in the graph: `logits`, `features N` or `stage N` (a tap). */
export const outputKind = (name: string): { kind: 'logits' | 'features' | 'stage'; stage: number | null } => {
  const [kind = '', stage] = name.split(' ');
  if (kind === 'features' || kind === 'stage') return { kind, stage: Number(stage) };
  return { kind: 'logits', stage: null };
};

/** Logits are f32 whatever the plan's element type, and so is the image. */
export const resultTypes = (graph: Graph, elementType: ElementType): ReadonlyMap<Node, ElementType> => {
  const types = new Map<Node, ElementType>();
  for (const node of nodesOf(graph)) {
    if (!node.shape.batched) continue;
    types.set(node, node.op === 'input' ? 'f32' : elementType);
  }
  for (const { name, node } of graph.outputs) if (outputKind(name).kind === 'logits') types.set(node, 'f32');
  return types;
};

/** The first parameter under a node: what a folded tensor is made of, above all. */
const rootParameter = (node: Node): string | undefined => {
  if (node.op === 'parameter') return node.attributes.name;
  for (const operand of operandsOf(node)) {
    const found = rootParameter(operand);
    if (found !== undefined) return found;
  }
  return undefined;
};

/**
 * Names for tensors that are folded into the weights: the parameter's own, and `.folded` once that is taken, or for all
 * that is no parameter as it was trained.
 */
export const nameWeights = (
  nodes: readonly Node[],
  computed: 'plain' | 'folded' = 'plain',
): ReadonlyMap<Node, string> => {
  const taken = new Set<string>();
  const names = new Map<Node, string>();
  for (const node of nodes) {
    const root = rootParameter(node) ?? node.op;
    let name = computed === 'folded' && node.op !== 'parameter' ? `${root}.folded` : root;
    for (let copy = 1; taken.has(name); copy++) name = copy === 1 ? `${root}.folded` : `${root}.folded${copy}`;
    taken.add(name);
    names.set(node, name);
  }
  return names;
};

export const bytesOf = (buffer: Pick<PlanBuffer, 'shape' | 'type'>): number =>
  volume(buffer.shape) * (buffer.type === 'f16' ? 2 : 4);

/** `1.0/linear.2`: where a dispatch belongs and what it computes. */
export const activationName = (node: Node, index: number): string => {
  const { scope } = node;
  const place = scope ? `${scope.stage}${scope.block === undefined ? '' : `.${scope.block}`}/` : '';
  return `${place}${node.op}.${index}`;
};
