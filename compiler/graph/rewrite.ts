/** Rules and the driver that applies them. A rule is a row that states its law. */
import { type Graph, type Node, type NodeFactory, nodesOf, operandsOf, type Scope, usesOf } from './node.ts';

export interface RewriteSite extends Pick<NodeFactory, 'node'> {
  /** How often the graph uses a node; a node made in this sweep counts as used once. */
  uses(node: Node): number;
  /** The nodes that use a node of the graph as it stood before this sweep. */
  users(node: Node): readonly Node[];
}

export interface Rule {
  /** The law, as an equation: `roll(roll(x, a), b) = roll(x, a + b)`. */
  readonly law: string;
  /** The right-hand side when the node is a left-hand side, else undefined. */
  apply(node: Node, site: RewriteSite): Node | undefined;
}

export interface Rewrite {
  readonly law: string;
  readonly node: Node;
}

export interface RewriteResult {
  readonly graph: Graph;
  readonly rewrites: readonly Rewrite[];
}

const userMap = (graph: Graph): ReadonlyMap<Node, readonly Node[]> => {
  const users = new Map<Node, Node[]>();
  for (const node of nodesOf(graph)) {
    for (const operand of operandsOf(node)) {
      const known = users.get(operand);
      if (known) known.push(node);
      else users.set(operand, [node]);
    }
  }
  return users;
};

/** Nodes and those of the graph that they stand for. */
interface Pairs {
  readonly now: Node[];
  readonly before: Node[];
}

/** Few rules ask for uses and users, so that a sweep only writes down what it makes until one does. */
const createRecord = (graph: Graph) => {
  const [moved, made]: [Pairs, Pairs] = [
    { now: [], before: [] },
    { now: [], before: [] },
  ];
  const write = (pairs: Pairs, now: Node, before: Node): void => {
    pairs.now.push(now);
    pairs.before.push(before);
  };
  let users: ReadonlyMap<Node, readonly Node[]> | undefined;
  const counts = new Map<Node, number>();
  let counted = 0;
  const usesNow = (node: Node): number => {
    const uses = usesOf(graph);
    const known = (each: Node): number => counts.get(each) ?? uses.get(each) ?? 0;
    for (; counted < made.now.length; counted++) {
      const [now, before] = [made.now[counted], made.before[counted]];
      if (now !== undefined && before !== undefined) counts.set(now, known(now) + (uses.get(before) ?? 0));
    }
    return known(node);
  };
  return {
    /** The same node upon other operands. */
    move: (now: Node, before: Node): void => {
      write(moved, now, before);
      write(made, now, before);
    },
    rewrite: (now: Node, before: Node): void => write(made, now, before),
    uses: (node: Node): number => Math.max(usesNow(node), 1),
    users: (node: Node): readonly Node[] => {
      users ??= userMap(graph);
      return users.get(moved.before[moved.now.lastIndexOf(node)] ?? node) ?? [];
    },
  };
};

/** The node upon what became of its operands; `replaced` holds only what is no more what it was. */
const rebuilt = (node: Node, replaced: ReadonlyMap<Node, Node>, factory: NodeFactory): Node => {
  if (replaced.size === 0 || !operandsOf(node).some((operand) => replaced.has(operand))) return node;
  return factory.moved(node, (operand) => replaced.get(operand) ?? operand);
};

/** One sweep of one rule over the graph, operands before users; each node is rewritten at most once. */
const sweep = (graph: Graph, rule: Rule, factory: NodeFactory): RewriteResult => {
  const record = createRecord(graph);
  const replaced = new Map<Node, Node>();
  const rewrites: Rewrite[] = [];
  let scope: Scope | undefined;
  const site: RewriteSite = {
    node: (op, operands, attributes, own) => factory.node(op, operands, attributes, own ?? scope),
    uses: record.uses,
    users: record.users,
  };
  for (const node of nodesOf(graph)) {
    const current = rebuilt(node, replaced, factory);
    if (current !== node) record.move(current, node);
    scope = current.scope;
    const result = rule.apply(current, site) ?? current;
    if (result !== current) {
      rewrites.push({ law: rule.law, node: current });
      record.rewrite(result, node);
    }
    if (result !== node) replaced.set(node, result);
  }
  if (rewrites.length === 0) return { graph, rewrites };
  const outputs = graph.outputs.map(({ name, node }) => ({ name, node: replaced.get(node) ?? node }));
  return { graph: { name: graph.name, outputs }, rewrites };
};

/** A law that keeps firing is a loop between rules: a mistake in a pass. */
const maximumSweeps = 10_000;

/** Sweeps each rule until it has nothing to do, and the list until none has; `onSweep` hears of each sweep that fired. */
export const applyRules = (
  graph: Graph,
  rules: readonly Rule[],
  factory: NodeFactory,
  onSweep?: (before: Graph, result: RewriteResult) => void,
): Graph => {
  let current = graph;
  for (let sweeps = 0, fired = true; fired; ) {
    fired = false;
    for (const rule of rules) {
      let result = sweep(current, rule, factory);
      while (result.rewrites.length > 0) {
        onSweep?.(current, result);
        fired = true;
        current = result.graph;
        if (++sweeps > maximumSweeps) throw new Error(`the law ${rule.law} never comes to rest`);
        result = sweep(current, rule, factory);
      }
    }
  }
  return current;
};
