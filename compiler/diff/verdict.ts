/** How far two models are apart: what of A, its plan, its weights or its callers, goes on with B. */
import type { Model } from '../model/model.ts';
import { printShape } from '../ops/op.ts';
import { outputKind } from '../plan/tables.ts';
import type { Verdict, WeightsChange } from './difference.ts';
import { samePlan } from './plan.ts';
import { sameGraph } from './same-graph.ts';
import type { Subject } from './subject.ts';

export interface Judgement {
  readonly verdict: Verdict;
  readonly meaning: string;
}

/** What a caller sees: the input and the outputs with their shapes. Taps are no outputs. */
const interfaceOf = ({ model, planned: { naive } }: Subject): ReadonlyMap<string, string> => {
  const { height, width, channels } = model.input;
  const outputs = naive.outputs.filter(({ name }) => outputKind(name).kind !== 'stage');
  return new Map([
    ['input', `[B, ${channels}, ${height}, ${width}]`],
    ...outputs.map(({ name, node }): [string, string] => {
      const isPooled = name === 'logits' && model.classes === 0;
      return [isPooled ? 'pooled vector' : name, printShape(node.shape)];
    }),
  ]);
};

/** A part of a sentence for each difference, such as `logits [B, 1000] becomes [B, 10]`. */
const compareInterfaces = (a: Subject, b: Subject): readonly string[] => {
  const [before, after] = [interfaceOf(a), interfaceOf(b)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [from, to] = [before.get(name), after.get(name)];
    if (from === to) return [];
    if (from === undefined) return [`${name} ${to} is new`];
    return to === undefined ? [`${name} ${from} is gone`] : [`${name} ${from} becomes ${to}`];
  });
};

const join = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** What keeps B from running with the weights of A. */
const obstaclesOf = ({ interpolate, new: added, notTransferable }: WeightsChange): readonly string[] => {
  const counted = (count: number, one: string, many: string): readonly string[] =>
    count === 0 ? [] : [`${count} ${count === 1 ? `tensor ${one}` : `tensors ${many}`}`];
  return [
    ...counted(interpolate.count, 'needs interpolation', 'need interpolation'),
    ...counted(added.count, 'is new', 'are new'),
    ...counted(notTransferable.count, 'is not transferable', 'are not transferable'),
  ];
};

const adviceOf = ({ carry, new: added, notTransferable }: WeightsChange): string => {
  if (carry.count === 0) return 'train B from the start';
  if (added.count + notTransferable.count === 0) return 'interpolate the bias tables and fine-tune B';
  return 'train B, starting from the tensors that carry';
};

const samePreprocessing = (a: Model, b: Model): boolean =>
  JSON.stringify(a.preprocess) === JSON.stringify(b.preprocess);

/** All of B's tensors carry and callers need no change. */
const judgeLoadable = (a: Subject, b: Subject): Judgement => {
  const sameFunction = sameGraph(a.planned.naive, b.planned.naive);
  if (!sameFunction || !samePreprocessing(a.model, b.model)) {
    const what = sameFunction ? 'prepares images in another way' : 'computes something else';
    return { verdict: 'LOADABLE', meaning: `all tensors of B are in A, but B ${what}: measure its accuracy anew` };
  }
  if (samePlan(a.planned.plan, b.planned.plan)) {
    return { verdict: 'IDENTICAL', meaning: 'both compute the same, by the same plan: there is nothing to do' };
  }
  return { verdict: 'PLAN', meaning: 'both compute the same, with other kernels: keep the weights and compile again' };
};

export const judge = (a: Subject, b: Subject, weights: WeightsChange): Judgement => {
  const visible = compareInterfaces(a, b);
  const obstacles = obstaclesOf(weights);
  if (visible.length > 0) {
    const advice = obstacles.length > 0 ? `, and ${adviceOf(weights)}` : '';
    return { verdict: 'INTERFACE', meaning: `${join(visible)}: change what calls the model${advice}` };
  }
  if (obstacles.length > 0) return { verdict: 'RETRAIN', meaning: `${join(obstacles)}: ${adviceOf(weights)}` };
  return judgeLoadable(a, b);
};
