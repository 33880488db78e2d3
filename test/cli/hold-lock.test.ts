import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { holdLock } from '../../compiler/cli/bench/hold-lock.ts';

const folder = await mkdtemp(join(tmpdir(), 'swinc-lock-'));
const path = join(folder, 'lock');

const exists = (): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

test('whoever holds the file works alone, and then gives it up', async () => {
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} begins`);
    assert.is(await exists(), true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    order.push(`${name} ends`);
    return name;
  };
  const first = holdLock(path, work('a'));
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(await Promise.all([first, holdLock(path, work('b'))]), ['a', 'b']);
  assert.equal(order, ['a begins', 'a ends', 'b begins', 'b ends']);
  assert.is(await exists(), false);
});

test('a file that is there already is waited for', async () => {
  await writeFile(path, '');
  let hasBegun = false;
  const waiting = holdLock(path, async () => {
    hasBegun = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 120));
  assert.is(hasBegun, false);
  await rm(path);
  await waiting;
  assert.is(hasBegun, true);
});

test('work that fails gives the file up too, and a folder that is missing is told', async () => {
  const fails = holdLock(path, () => Promise.reject(new Error('no luck')));
  await fails.then(assert.unreachable, (error: Error) => assert.is(error.message, 'no luck'));
  assert.is(await exists(), false);
  const nowhere = holdLock(join(folder, 'none', 'lock'), async () => undefined);
  await nowhere.then(assert.unreachable, (error: Error) => assert.match(error.message, /ENOENT/));
});

test.after(() => rm(folder, { recursive: true }));

test.run();
