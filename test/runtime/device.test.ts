/** The devices that are opened for a plan. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openDevice } from '../../runtime/device.ts';
import { gpu } from '../../runtime/node.ts';
import { plan } from './small-model.ts';

const asking = (features: readonly string[]) => {
  const dispatches = plan.dispatches.map((dispatch) => ({
    ...dispatch,
    candidates: dispatch.candidates.map((candidate) => ({ ...candidate, requires: { features, limits: {} } })),
  }));
  return { ...plan, dispatches };
};

test('a plan gets the features that kernels may ask for, and no others that the adapter has', async () => {
  const adapter = await (await gpu()).requestAdapter();
  assert.ok(adapter);
  assert.is(adapter.features.has('depth-clip-control'), true);
  const { device } = await openDevice(await gpu(), asking(['subgroups', 'depth-clip-control', 'no-such-feature']));
  assert.equal(
    ['subgroups', 'depth-clip-control'].map((name) => device.features.has(name)),
    [adapter.features.has('subgroups'), false],
  );
  device.destroy();
});

test('what is wanted beside the plan is asked for where the adapter has it', async () => {
  const adapter = await (await gpu()).requestAdapter();
  const { device } = await openDevice(await gpu(), plan, undefined, ['timestamp-query']);
  assert.is(device.features.has('timestamp-query'), adapter?.features.has('timestamp-query'));
  assert.is(device.features.has('subgroups'), false);
  device.destroy();
});

test.run();
