/** Immutable, hash-consed nodes: in one factory, equal op, operands and attributes are one node. */
import type { AttributeInput, AttributeSchema, AttributesOf, AttributeValue } from '../ops/attribute.ts';
import { definitionOf, type OpName, type OpTable } from '../ops/index.ts';
import { type Operands, type Shape, ShapeError, sameDims } from '../ops/op.ts';

/** Where in the model a node belongs: the stage counted from 1, the block from 0. Not part of a node's identity. */
export interface Scope {
  readonly stage: number;
  readonly block?: number;
}

export interface NodeOf<K extends OpName> {
  readonly op: K;
  readonly id: number;
  readonly operands: Operands<OpTable[K]['operands'], Node>;
  readonly attributes: AttributesOf<OpTable[K]['attributes']>;
  readonly shape: Shape;
  readonly scope: Scope | undefined;
  /** The operands that it has, in the order of its op; every walk of a graph asks for them. */
  readonly operandNodes: readonly Node[];
}

export type Node = { readonly [K in OpName]: NodeOf<K> }[OpName];

/** A node with its op's types forgotten. */
export interface AnyNode {
  readonly op: OpName;
  readonly id: number;
  readonly operands: Readonly<Record<string, Node | undefined>>;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly shape: Shape;
  readonly scope: Scope | undefined;
  readonly operandNodes: readonly Node[];
}

/** `logits`, `features N`, or a tap that the goldens sample. */
export interface GraphOutput {
  readonly name: string;
  readonly node: Node;
}

export interface Graph {
  readonly name: string;
  readonly outputs: readonly GraphOutput[];
}

export type OperandInput<K extends OpName> = Operands<OpTable[K]['operands'], Node>;

export type AttributesFor<K extends OpName> = AttributeInput<OpTable[K]['attributes']>;

export interface NodeFactory {
  node<K extends OpName>(op: K, operands: OperandInput<K>, attributes: AttributesFor<K>, scope?: Scope): NodeOf<K>;
  /** The same for an op that is known only at run time; operands and attributes are checked. */
  make(
    op: OpName,
    operands: Readonly<Record<string, Node | undefined>>,
    attributes: Readonly<Record<string, AttributeValue>>,
    scope?: Scope,
  ): Node;
  /** The node, of whichever factory, upon what becomes of its operands: sweeps make most nodes of a graph anew. */
  moved(node: Node, become: (operand: Node) => Node): Node;
}

const completed = (op: OpName, given: Readonly<Record<string, AttributeValue>>): Record<string, AttributeValue> => {
  const schema: AttributeSchema = definitionOf(op).attributes;
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(schema, name)) throw new ShapeError(`${op} has no attribute ${name}`);
  }
  return Object.fromEntries(
    Object.entries(schema).map(([name, attribute]) => {
      const value = given[name] ?? attribute.fallback;
      const read = value === undefined ? undefined : attribute.read(value);
      if (read === undefined) throw new ShapeError(`${op} wants ${attribute.kind} as ${name}`);
      return [name, read];
    }),
  );
};

const ordered = (op: OpName, given: Readonly<Record<string, Node | undefined>>): Record<string, Node> => {
  const schema = definitionOf(op).operands;
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(schema, name)) throw new ShapeError(`${op} has no operand ${name}`);
  }
  const result: Record<string, Node> = {};
  for (const name of Object.keys(schema)) {
    const operand = given[name];
    if (operand) result[name] = operand;
    else if (schema[name] === 'required') throw new ShapeError(`${op} wants an operand ${name}`);
  }
  return result;
};

export const operandsOf = (node: Node): readonly Node[] => node.operandNodes;

/** The node with its op's types forgotten; every Node is one. */
export const erased = (node: Node): AnyNode => node;

type Attributes = Readonly<Record<string, AttributeValue>>;

/** Complete attributes of an op, the same for every node that has equal ones. */
interface SharedAttributes {
  readonly op: OpName;
  readonly id: number;
  readonly attributes: Attributes;
}

type ShareAttributes = (op: OpName, given: Attributes) => SharedAttributes;

/** Most nodes are moved ones with the attributes that they had: those are not looked at again. */
const createShare = (): ShareAttributes => {
  const byText = new Map<string, SharedAttributes>();
  const byAttributes = new Map<Attributes, SharedAttributes>();
  return (op, given) => {
    const same = byAttributes.get(given);
    if (same?.op === op) return same;
    const attributes = completed(op, given);
    const text = `${op}${JSON.stringify(attributes)}`;
    const shared = byText.get(text) ?? { op, id: byText.size, attributes };
    byText.set(text, shared);
    byAttributes.set(shared.attributes, shared);
    return shared;
  };
};

const inferred = (op: OpName, operands: Readonly<Record<string, Node>>, attributes: Attributes): Shape => {
  const shapes = Object.fromEntries(Object.entries(operands).map(([name, { shape }]) => [name, shape]));
  return definitionOf(op).infer(shapes, attributes);
};

const isSameShape = (a: Shape, b: Shape): boolean => a === b || (a.batched === b.batched && sameDims(a.dims, b.dims));

const haveShapesOf = (operands: Readonly<Record<string, Node>>, like: AnyNode): boolean => {
  for (const name in operands) {
    const [now, before] = [operands[name], like.operands[name]];
    if (now === undefined || before === undefined || !isSameShape(now.shape, before.shape)) return false;
  }
  return true;
};

export const createFactory = (): NodeFactory => {
  const known = new Map<string, Node>();
  const share = createShare();
  /** `like` is a node of this op with these attributes. */
  const intern = (
    { op, id, attributes }: SharedAttributes,
    operands: Readonly<Record<string, Node>>,
    scope: Scope | undefined,
    like?: AnyNode,
  ): Node => {
    let key = `${id}`;
    for (const name in operands) key += ` ${name}:${operands[name]?.id}`;
    const existing = known.get(key);
    if (existing) return existing;
    const shape = like && haveShapesOf(operands, like) ? like.shape : inferred(op, operands, attributes);
    const operandNodes = Object.values(operands);
    const node = { op, id: known.size, operands, attributes, shape, scope, operandNodes } as unknown as Node;
    known.set(key, node);
    return node;
  };
  const make: NodeFactory['make'] = (op, operands, attributes, scope) =>
    intern(share(op, attributes), ordered(op, operands), scope);
  return {
    make,
    node: <K extends OpName>(op: K, operands: OperandInput<K>, attributes: AttributesFor<K>, scope?: Scope) =>
      make(op, operands, attributes, scope) as NodeOf<K>,
    moved: (node, become) => {
      const like = erased(node);
      const operands: Record<string, Node> = {};
      for (const name in like.operands) {
        const operand = like.operands[name];
        if (operand !== undefined) operands[name] = become(operand);
      }
      return intern(share(like.op, like.attributes), operands, like.scope, like);
    },
  };
};

/** Orders that are known already: a graph never changes, and every sweep of every rule asks. */
const orders = new WeakMap<Graph, readonly Node[]>();

/** Every node that an output reaches, operands before users. */
export const nodesOf = (graph: Graph): readonly Node[] => {
  const known = orders.get(graph);
  if (known) return known;
  const order = orderOf(graph);
  orders.set(graph, order);
  return order;
};

/** Models are deep, so that this keeps its own stack. */
const orderOf = (graph: Graph): readonly Node[] => {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack = graph.outputs.map(({ node }) => node).reverse();
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    const { length } = stack;
    const operands = seen.has(node) ? [] : operandsOf(node);
    for (let index = operands.length - 1; index >= 0; index--) {
      const operand = operands[index];
      if (operand !== undefined && !seen.has(operand)) stack.push(operand);
    }
    if (stack.length > length) continue;
    stack.pop();
    if (!seen.has(node)) order.push(node);
    seen.add(node);
  }
  return order;
};

const uses = new WeakMap<Graph, ReadonlyMap<Node, number>>();

/** How often each node is an operand or an output. */
export const usesOf = (graph: Graph): ReadonlyMap<Node, number> => {
  const known = uses.get(graph) ?? countUses(graph);
  uses.set(graph, known);
  return known;
};

const countUses = (graph: Graph): ReadonlyMap<Node, number> => {
  const uses = new Map<Node, number>();
  const count = (node: Node): void => void uses.set(node, (uses.get(node) ?? 0) + 1);
  for (const node of nodesOf(graph)) operandsOf(node).forEach(count);
  for (const output of graph.outputs) count(output.node);
  return uses;
};

/** The same graph made of another factory's nodes: equal nodes become one, and what no output reaches is left behind. */
export const copyGraph = (graph: Graph, factory: NodeFactory): Graph => {
  const copies = new Map<Node, Node>();
  const copyOf = (node: Node): Node => copies.get(node) ?? node;
  for (const node of nodesOf(graph)) copies.set(node, factory.moved(node, copyOf));
  return {
    name: graph.name,
    outputs: graph.outputs.map(({ name, node }) => ({ name, node: copyOf(node) })),
  };
};
