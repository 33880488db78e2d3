/**
 * The pieces in which Swin and Swin V2 differ are independent of each other and of shifts, paddings and norms: every
 * combination has a plan that moves no data and means the same.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildGraph } from '../../compiler/build/build.ts';
import type { Model } from '../../compiler/model/model.ts';
import { optimise } from '../../compiler/passes/index.ts';
import { lower } from '../../compiler/plan/lower.ts';
import type { Plan } from '../../runtime/plan.ts';
import { relativeError } from '../support/close.ts';
import { meaningOf } from '../support/meaning.ts';
import { modelFrom } from '../support/model.ts';

const choices = {
  attention: ['dot', 'cosine'],
  position: ['table', 'none', 'continuous(hidden: 6)', 'continuous(hidden: 6, pretrained_window: [3, size(2, 4)])'],
  'qkv.bias': ['on', 'off', 'q-v'],
  'norm.placement': ['pre', 'post'],
  norm: ['layer', 'batch(per: channel)', 'batch(per: token)', 'none'],
  'patch.norm': ['layer', 'none'],
  'final.norm': ['layer', 'batch(per: channel)', 'batch(per: token)', 'none'],
  'features.norm': ['layer', 'batch(per: channel)', 'none'],
  pad: ['before-shift', 'after-shift'],
  input: ['image(8, 16, 1)', 'image(12, 18, 1)'],
} as const;

/** Shifts of both stages: alternating, none, the same in every block, whose rolls cancel, and in some. */
const shifts = [
  '',
  'shift = off',
  'stage 1 { shift = cycle(1, 1) }\n  stage 2 { shift = cycle(2, 2) }',
  'stage 2 { shift = cycle(2, 2, 1) }',
] as const;

const count = 96;

/** The same choices in every run, spread evenly: sample n of a field with k values takes every k-th by turns. */
function sample(index: number): Model {
  let state = Math.imul(index + 1, 0x9e3779b1);
  const pick = <Each>(values: readonly Each[]): Each | undefined => {
    state = (Math.imul(state ^ (state >>> 15), 0x85ebca6b) + 0x27d4eb2f) >>> 0;
    return values[Math.floor((state / 2 ** 32) * values.length)];
  };
  const fields = Object.entries(choices).map(([field, values]) => `  ${field} = ${pick(values)}`);
  return modelFrom(`swin 1
model combination {
  classes = 3
  patch = 1
  dim = 4
  depths = [2, 4]
  heads = [1, 2]
  window = [2, 4]
  mlp = 1
  features = [2]
  ${pick(shifts)}
${fields.join('\n')}
}
`);
}

function spell({ attention, normPlacement, qkvBias, pad, stages, finalNorm, patchNorm }: Model): string {
  const [first] = stages;
  const shifts = stages.map(({ blocks }) => blocks.map(({ shift }) => shift.height).join(''));
  const norms = [patchNorm, first?.norm, finalNorm].map((norm) => (norm?.kind === 'batch' ? norm.per : norm?.kind));
  return [attention, first?.position.kind, qkvBias, normPlacement, ...norms, pad, ...shifts].join(' ');
}

/** How many dispatches each block takes. */
function blockDispatches(dispatches: Plan['dispatches']): readonly number[] {
  const counts = new Map<string, number>();
  for (const { stage, block } of dispatches) {
    if (block !== null) counts.set(`${stage}.${block}`, (counts.get(`${stage}.${block}`) ?? 0) + 1);
  }
  return [...counts.values()];
}

const movers: readonly string[] = ['roll', 'pad', 'crop', 'window_partition', 'window_merge', 'attention', 'add'];

for (let index = 0; index < count; index++) {
  const model = sample(index);
  test(`combination ${index}: ${spell(model)}`, () => {
    const naive = buildGraph(model);
    const before = meaningOf(naive, model);
    const { graph } = optimise(naive);
    const after = meaningOf(graph, model);
    for (const [name, { data }] of before) {
      const error = relativeError(after.get(name)?.data ?? [], data);
      assert.ok(error <= 1e-9, `${name} changes by ${error}`);
    }
    const { plan } = lower(graph, model, 'f32');
    assert.equal(
      plan.dispatches.filter(({ op }) => movers.includes(op)),
      [],
    );
    assert.ok(Math.max(...blockDispatches(plan.dispatches)) <= 7);
  });
}

test.run();
