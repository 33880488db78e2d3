/** While a software adapter works, the event loop mostly sleeps. */

import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { restDuring } from '../../runtime/rest.ts';
import { adapterClass } from '../../runtime/select.ts';
import { device } from './check.ts';

const isSoftware = adapterClass(device.adapterInfo) === 'software';

/** Turns of the event loop, which something keeps busy as Dawn does, from 20 ms on until the work ends. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let [turns, isOver] = [0, false];
  const start = performance.now();
  const turn = () => {
    if (performance.now() - start > 20) turns++;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await work;
  isOver = true;
  return turns;
}

test('an event loop that is kept busy takes thousands of turns', async () => {
  assert.ok((await turnsDuring(delay(200))) > 1000);
});

test('it takes few while it rests, where the adapter needs the processor', async () => {
  const turns = await turnsDuring(restDuring(device, delay(200)));
  // A sleep is a twentieth of the time that has passed: from 20 to 200 ms that makes 20 log 10.
  assert.ok(isSoftware ? turns < 200 : turns > 1000, `${turns} turns`);
});

test('the youngest of several works says how long', async () => {
  const old = restDuring(device, delay(400));
  await delay(100);
  const turns = await turnsDuring(restDuring(device, delay(100)));
  assert.ok(isSoftware ? turns < 200 : turns > 1000, `${turns} turns`);
  await old;
});

test('what the work gives or throws is passed on', async () => {
  assert.is(await restDuring(device, Promise.resolve(7)), 7);
  const failing = restDuring(device, Promise.reject(new Error('refused')));
  assert.is(await failing.catch((error: Error) => error.message), 'refused');
});

test('afterwards the event loop is as it was', async () => {
  await restDuring(device, delay(30));
  assert.ok((await turnsDuring(delay(200))) > 1000);
});

test.run();
