/** What the dispatches of a plan count as. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { planModel } from '../../compiler/compile.ts';
import { measure } from '../../compiler/graph/cost.ts';
import { passes } from '../../compiler/passes/index.ts';
import { workOf } from '../../compiler/report/op-kinds.ts';
import { specModel } from '../support/model.ts';
import { allSpecs, isMicro } from '../support/specs.ts';

const eager = passes.map(({ name }) => name);

for (const { name, model } of allSpecs().filter(isMicro)) {
  test(`${name}: each dispatch has its node, and their products are those of the model`, () => {
    for (const without of [[], eager]) {
      const planned = planModel(model, { elementType: 'f32', without });
      const work = workOf(planned);
      assert.equal(
        work.map(({ op }) => op),
        planned.plan.dispatches.map(({ op }) => op),
      );
      const macs = work.reduce((sum, each) => sum + each.macs, 0);
      if (without === eager) assert.is(macs, measure(model, planned.naive).macs);
    }
  });
}

test('Swin-B shifts eleven times there and back when it runs node by node, and never as planned', () => {
  const model = specModel('swin-b.swin');
  const shifts = (without: readonly string[]) =>
    workOf(planModel(model, { elementType: 'f32', without })).filter(({ kind }) => kind === 'shifting').length;
  assert.is(shifts(eager), 22);
  assert.is(shifts([]), 0);
});

test('a graph that is not of the plan is refused', () => {
  const [plan, other] = [[], eager].map((without) =>
    planModel(specModel('micro/micro-swin.swin'), { elementType: 'f32', without }),
  );
  assert.ok(plan && other);
  assert.throws(() => workOf({ plan: plan.plan, optimised: other.optimised }), /are not the nodes of its graph/);
});

test.run();
