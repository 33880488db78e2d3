import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { obtainedAdapter, testAdapter } from '../support/adapters.ts';

test('the tests run on the adapter that they were started for', async () => {
  assert.is(await obtainedAdapter(), testAdapter());
});

test.run();
