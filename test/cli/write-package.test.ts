/** A write that fails leaves everything as it was. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readReplaceable, writePackage } from '../../compiler/cli/write-package.ts';
import { type Folder, temporaryFolder } from './temporary-folder.ts';

const test = suite<{ folder: Folder; target: string }>('writing a package');

const marker = JSON.stringify({ swinc: { formatVersion: '1.0', model: 'tiny' } });
const whole = new Map([
  ['package.json', marker],
  ['model.js', 'new'],
]);
/** Its second file cannot be written: there is no folder for it. */
const broken = new Map([
  ['package.json', marker],
  ['nowhere/model.js', 'new'],
]);

test.before.each((context) => {
  context.folder = temporaryFolder();
  context.target = join(context.folder.path, 'package');
});

test.after.each(({ folder }) => folder.remove());

async function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => String(error),
  );
}

test('a folder that cannot hold another is an error at once', async () => {
  assert.match(await failure(writePackage('/proc/nowhere/package', whole)), /ENOENT/);
});

test('nothing is left of a first write that failed, nor of the folders on the way', async ({ folder }) => {
  assert.match(await failure(writePackage(join(folder.path, 'on/the/way/package'), broken)), /ENOENT/);
  assert.equal(readdirSync(folder.path), []);
});

test('the package of before survives a write that failed', async ({ folder, target }) => {
  await writePackage(target, new Map([...whole, ['model.js', 'old']]));
  const replaced = await readReplaceable(target);
  assert.match(await failure(writePackage(target, broken, replaced)), /ENOENT/);
  assert.equal(readdirSync(folder.path), ['package']);
  assert.is(readFileSync(join(target, 'model.js'), 'utf8'), 'old');
  await writePackage(target, whole, replaced);
  assert.equal(readdirSync(folder.path), ['package']);
  assert.is(readFileSync(join(target, 'model.js'), 'utf8'), 'new');
});

test('the package of before comes back where the new one cannot take its name', async ({ folder, target }) => {
  await writePackage(target, new Map([...whole, ['model.js', 'old']]));
  mkdirSync(join(target, 'node_modules'));
  // Of what should go over, the second is not there: the first goes back.
  const replaced = { kept: ['node_modules', 'package-lock.json'] };
  assert.match(await failure(writePackage(target, whole, replaced)), /ENOENT/);
  assert.equal(readdirSync(folder.path), ['package']);
  assert.equal(readdirSync(target).sort(), ['model.js', 'node_modules', 'package.json']);
  assert.is(readFileSync(join(target, 'model.js'), 'utf8'), 'old');
});

test('a package.json that is no object, or of somebody else, does not make a folder ours', async ({ target }) => {
  mkdirSync(target);
  for (const text of ['', 'null', '[]', '{"swinc": "yes"}', '{"name": "x"}', '{"swinc": {"model": "x"}}']) {
    writeFileSync(join(target, 'package.json'), text);
    assert.match(await failure(readReplaceable(target)), /did not write/, text);
  }
  writeFileSync(join(target, 'package.json'), marker);
  assert.equal(await readReplaceable(target), { kept: [] });
});

test.run();
