/**
 * The graph that is exported: as the papers draw the model, for runtimes have fusions of their own that know that form.
 * Only what none of them does is done here: batch norms fold into linears, or become a factor and a term.
 */
import { copyGraph, createFactory, erased, type Graph, type Node } from '../../graph/node.ts';
import { applyRules, type Rule } from '../../graph/rewrite.ts';
import { verify } from '../../graph/verify.ts';
import { leavesWindows } from '../../passes/absorb-windows.ts';
import { cancelShifts } from '../../passes/cancel-shifts.ts';
import { foldChannelNorms } from '../../passes/fold-norms.ts';
import { batchNormAlone, unfoldIntoLinear } from '../../passes/fuse-epilogues.ts';
import { as } from '../../passes/patterns.ts';
import { prune } from '../../passes/prune.ts';

const channelNorm = (node: Node | undefined) => {
  const norm = as(node, 'batch_norm');
  return norm?.attributes.per === 'channel' ? norm : undefined;
};

const normIntoWindows: Rule = {
  law: 'f(batch_norm(x; per channel)) = batch_norm(f(x)), where f rolls or partitions on the way into windows',
  apply: (node, { node: make, uses }) => {
    const norm = channelNorm(erased(node).operands['x']);
    if (!norm || uses(norm) > 1 || leavesWindows(norm.operands.x)) return undefined;
    const { x } = norm.operands;
    if (node.op === 'roll')
      return make('batch_norm', { ...norm.operands, x: make('roll', { x }, node.attributes) }, norm.attributes);
    if (node.op !== 'window_partition') return undefined;
    return make(
      'batch_norm',
      { ...norm.operands, x: make('window_partition', { x }, node.attributes) },
      norm.attributes,
    );
  },
};

const normOutOfWindows: Rule = {
  law: 'batch_norm(f(x); per channel) = f(batch_norm(x)), where f merges, rolls or crops on the way out of windows',
  apply: (node, { node: make, uses }) => {
    const norm = channelNorm(node);
    const move = norm?.operands.x;
    if (!norm || !move || uses(move) > 1 || !leavesWindows(move)) return undefined;
    const normed = (x: Node): Node => make('batch_norm', { ...norm.operands, x }, norm.attributes);
    if (move.op === 'roll') return make('roll', { x: normed(move.operands.x) }, move.attributes);
    if (move.op === 'crop') return make('crop', { x: normed(move.operands.x) }, move.attributes);
    if (move.op === 'window_merge') return make('window_merge', { x: normed(move.operands.x) }, move.attributes);
    return undefined;
  },
};

const passes: readonly (readonly Rule[])[] = [
  cancelShifts,
  [normIntoWindows, normOutOfWindows, ...foldChannelNorms],
  [unfoldIntoLinear, batchNormAlone],
  prune,
];

export const exportGraph = (naive: Graph): Graph => {
  const factory = createFactory();
  const graph = passes.reduce((current, rules) => applyRules(current, rules, factory), copyGraph(naive, factory));
  const exported = copyGraph(graph, createFactory());
  verify(exported);
  return exported;
};
