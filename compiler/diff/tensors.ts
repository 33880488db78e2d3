/** The tensors of a model, each with what it is to the model: where weights of another model can go. */
import { type AnyNode, erased, type Graph, type Node, nodesOf } from '../graph/node.ts';
import { type Pair, pair } from '../ops/attribute.ts';
import type { OpName } from '../ops/index.ts';

export interface Role {
  /** `weight of linear`, `mean of batch norm per token`. */
  readonly kind: string;
  /** What else must be the same: the window of a bias table, the token grid of a norm that has values for each token. */
  readonly extent?: { readonly of: 'window' | 'token grid'; readonly size: Pair };
}

export interface RoledTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: Role;
  /** Counted from 1; null outside of the stages. */
  readonly stage: number | null;
}

/** The only kind of tensor that can be resized: its values vary smoothly with the distance of two tokens. */
export const biasTable = 'relative position bias table';

const kindOf = (operand: string, { op }: AnyNode): string => `${operand} of ${op.replaceAll('_', ' ')}`;

/** Uses of which more matters to the tensor than the op and the operand's name. */
const particularRoles: Readonly<Partial<Record<OpName, (operand: string, user: AnyNode) => Role>>> = {
  batch_norm: (operand, user) => {
    const kind = `${kindOf(operand, user)} per ${user.attributes['per']}`;
    const size = pair.read(user.shape.dims.slice(0, 2));
    return user.attributes['per'] === 'token' && size ? { kind, extent: { of: 'token grid', size } } : { kind };
  },
  relative_position_bias: (_, { attributes }) => {
    const size = pair.read(attributes['window'] ?? []);
    return size ? { kind: biasTable, extent: { of: 'window', size } } : { kind: biasTable };
  },
};

/** Arithmetic on one operand that is no activation: what reads its result says what the operand is. */
const passesOn = ({ shape, operands }: AnyNode): boolean => !shape.batched && Object.keys(operands).length === 1;

/** By node, the role that its first user gives it. */
const rolesOf = (nodes: readonly Node[]): ReadonlyMap<Node, Role> => {
  const roles = new Map<Node, Role>();
  // Users stand after what they use: from the end, a user's own role is known, and the first user has the last word.
  for (const node of nodes.toReversed()) {
    const user = erased(node);
    for (const [name, operand] of Object.entries(user.operands)) {
      const particular = particularRoles[user.op]?.(name, user);
      const inherited = passesOn(user) ? roles.get(node) : undefined;
      if (operand) roles.set(operand, particular ?? inherited ?? { kind: kindOf(name, user) });
    }
  }
  return roles;
};

/** Every parameter of a naive graph by its name, in the order in which the graph meets them. */
export const tensorsOf = (naive: Graph): ReadonlyMap<string, RoledTensor> => {
  const nodes = nodesOf(naive);
  const roles = rolesOf(nodes);
  const tensors = nodes.flatMap((node): readonly RoledTensor[] => {
    const role = roles.get(node);
    if (node.op !== 'parameter' || !role) return [];
    return [{ ...node.attributes, role, stage: node.scope?.stage ?? null }];
  });
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
};
