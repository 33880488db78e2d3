/** The pipeline: named lists of rules, in the order in which they run. */
import { eagerCost } from '../graph/cost.ts';
import { copyGraph, createFactory, type Graph, type NodeFactory, nodesOf, type Scope } from '../graph/node.ts';
import { applyRules, type Rule } from '../graph/rewrite.ts';
import { verify } from '../graph/verify.ts';
import { absorbWindows } from './absorb-windows.ts';
import { cancelShifts } from './cancel-shifts.ts';
import { foldNorms } from './fold-norms.ts';
import { fuseEpilogues } from './fuse-epilogues.ts';
import { prune } from './prune.ts';

export interface Pass {
  readonly name: string;
  readonly rules: readonly Rule[];
}

export const passes: readonly Pass[] = [
  { name: 'cancel-shifts', rules: cancelShifts },
  { name: 'absorb-windows', rules: absorbWindows },
  { name: 'fold-norms', rules: foldNorms },
  { name: 'fuse-epilogues', rules: fuseEpilogues },
  { name: 'share-and-prune', rules: prune },
];

/** One law of one pass: where it fired, and what running each node by itself costs less because of it. */
export interface Explanation {
  readonly pass: string;
  readonly law: string;
  readonly places: readonly (Scope | undefined)[];
  readonly saved: { readonly dispatches: number; readonly bytes: number };
}

export interface PassResult {
  readonly graph: Graph;
  readonly explanations: readonly Explanation[];
}

/** The names of the passes that a caller switches off. */
export type PassNames = readonly string[];

export interface PassOptions {
  readonly without?: PassNames | undefined;
  /** Hears of the graph after each pass: tests interpret it, `--verify` verifies it. */
  readonly afterPass?: (pass: Pass, graph: Graph) => void;
}

export const runPass = (graph: Graph, pass: Pass, factory: NodeFactory): PassResult => {
  const byLaw = new Map<string, { places: (Scope | undefined)[]; dispatches: number; bytes: number }>();
  const result = applyRules(graph, pass.rules, factory, (before, after) => {
    const costs = { before: eagerCost(before), after: eagerCost(after.graph) };
    for (const { law, node } of after.rewrites) {
      const entry = byLaw.get(law) ?? { places: [], dispatches: 0, bytes: 0 };
      entry.places.push(node.scope);
      byLaw.set(law, entry);
    }
    const entry = byLaw.get(after.rewrites[0]?.law ?? '');
    if (!entry) return;
    entry.dispatches += costs.before.dispatches - costs.after.dispatches;
    entry.bytes += costs.before.bytes - costs.after.bytes;
  });
  const explanations = [...byLaw].map(([law, { places, dispatches, bytes }]) => ({
    pass: pass.name,
    law,
    places,
    saved: { dispatches, bytes },
  }));
  return { graph: result, explanations };
};

/** Runs the pipeline. The graph is read into a factory of its own first, so that equal nodes are one and dead ones gone. */
export const optimise = (graph: Graph, options: PassOptions = {}): PassResult => {
  const factory = createFactory();
  const explanations: Explanation[] = [];
  let current = copyGraph(graph, factory);
  for (const pass of passes.filter(({ name }) => !options.without?.includes(name))) {
    const result = runPass(current, pass, factory);
    current = result.graph;
    explanations.push(...result.explanations);
    options.afterPass?.(pass, current);
  }
  verify(current);
  return { graph: current, explanations };
};

/** How often each op stands in a graph. */
export const census = (graph: Graph): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { op } of nodesOf(graph)) counts.set(op, (counts.get(op) ?? 0) + 1);
  return counts;
};
