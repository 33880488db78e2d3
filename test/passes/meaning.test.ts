/** A pass is right when the interpreter answers the same before and after it, for every spec that we ship. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildGraph } from '../../compiler/build/build.ts';
import { printGraph } from '../../compiler/graph/print.ts';
import { verify } from '../../compiler/graph/verify.ts';
import { census, optimise } from '../../compiler/passes/index.ts';
import { lower } from '../../compiler/plan/lower.ts';
import { relativeError } from '../support/close.ts';
import { meaningOf, narrowed } from '../support/meaning.ts';
import { allSpecs, isMicro } from '../support/specs.ts';

/** What float64 loses to another order of summation; batch norm, which renormalises nothing, amplifies it most. */
const tolerance = 1e-9;

const movers = ['roll', 'pad', 'crop', 'window_partition', 'window_merge', 'patch_merge', 'patch_unfold', 'attention'];

for (const spec of allSpecs()) {
  test(`${spec.name} means the same after every pass, and its plan moves no data`, () => {
    const model = isMicro(spec) ? spec.model : narrowed(spec.model);
    const batch = isMicro(spec) ? 2 : 1;
    const naive = buildGraph(model);
    const before = meaningOf(naive, model, batch);
    let text = printGraph(naive);
    const { graph } = optimise(naive, {
      afterPass: (pass, after) => {
        verify(after);
        const read = text;
        text = printGraph(after);
        // A pass that changed nothing changed no meaning.
        if (text === read) return;
        const meaning = meaningOf(after, model, batch);
        assert.equal([...meaning.keys()], [...before.keys()]);
        for (const [name, { data }] of before) {
          const error = relativeError(meaning.get(name)?.data ?? [], data);
          assert.ok(error <= tolerance, `${pass.name} changes ${name} by ${error}`);
        }
      },
    });
    const counts = census(graph);
    for (const op of movers) assert.is(counts.get(op), undefined, `${op} is left`);
    const { plan } = lower(graph, model, 'f32');
    assert.ok(plan.dispatches.every(({ candidates }) => candidates.length > 0));
  });
}

test.run();
