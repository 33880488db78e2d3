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

/** Few rules ask for users, and finding them walks the whole graph: so it is done at the first question. */
const lazyUsers = (graph: Graph): ((node: Node) => readonly Node[]) => {
  let users: ReadonlyMap<Node, readonly Node[]> | undefined;
  return (node) => {
    users ??= userMap(graph);
    return users.get(node) ?? [];
  };
};

/** The node upon what became of its operands; `replaced` holds only what is no more what it was. */
const rebuilt = (node: Node, replaced: ReadonlyMap<Node, Node>, factory: NodeFactory): Node => {
  if (replaced.size === 0 || !operandsOf(node).some((operand) => replaced.has(operand))) return node;
  return factory.moved(node, (operand) => replaced.get(operand) ?? operand);
};

/** One sweep of one rule over the graph, operands before users; each node is rewritten at most once. */
const sweep = (graph: Graph, rule: Rule, factory: NodeFactory): RewriteResult => {
  const before = usesOf(graph);
  const users = lazyUsers(graph);
  /** Of nodes that this sweep made or met again. */
  const counts = new Map<Node, number>();
  const usesNow = (node: Node): number => counts.get(node) ?? before.get(node) ?? 0;
  const origin = new Map<Node, Node>();
  const replaced = new Map<Node, Node>();
  const rewrites: Rewrite[] = [];
  let scope: Scope | undefined;
  const site: RewriteSite = {
    node: (op, operands, attributes, own) => factory.node(op, operands, attributes, own ?? scope),
    uses: (other) => Math.max(usesNow(other), 1),
    users: (other) => users(origin.get(other) ?? other),
  };
  for (const node of nodesOf(graph)) {
    const uses = before.get(node) ?? 0;
    const current = rebuilt(node, replaced, factory);
    if (current !== node) {
      counts.set(current, usesNow(current) + uses);
      origin.set(current, node);
    }
    scope = current.scope;
    const result = rule.apply(current, site) ?? current;
    if (result !== current) {
      rewrites.push({ law: rule.law, node: current });
      counts.set(result, usesNow(result) + uses);
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
