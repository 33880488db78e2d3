import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { swinc } from './command.ts';
import { type Folder, temporaryFolder } from './temporary-folder.ts';

const test = suite<{ folder: Folder; output: string }>('swinc export --to pytorch');

test.before.each((context) => {
  context.folder = temporaryFolder();
  context.output = join(context.folder.path, 'made/on/the/way');
});

test.after.each(({ folder }) => folder.remove());

const exported = (spec: string, ...rest: readonly string[]) => swinc(['export', spec, '--to', 'pytorch', ...rest]);

test('writes a module and the script that trains it', async ({ output }) => {
  const { stdout, stderr, code } = await exported('specs/micro/micro-swin.swin', '-o', output);
  assert.is(code, 0, stderr);
  assert.is(stdout, '');
  assert.match(stderr, /model\.py, train\.py/);
  assert.equal(readdirSync(output).sort(), ['model.py', 'train.py']);
  assert.match(readFileSync(join(output, 'model.py'), 'utf8'), /^class MicroSwin\(nn\.Module\):$/m);
  assert.match(readFileSync(join(output, 'train.py'), 'utf8'), /^from model import .*MicroSwin$/m);
});

test('writes a variant of a sweep', async ({ output }) => {
  const { stderr, code } = await exported('specs/paper.swin#table4[0111]', '-o', output);
  assert.is(code, 0, stderr);
  assert.match(readFileSync(join(output, 'model.py'), 'utf8'), /shifts=\[\(0, 0\)\] \* 2/);
});

test('leaves what was edited alone, unless it is told to replace it', async ({ output }) => {
  const spec = 'specs/micro/micro-swin.swin';
  for (const _ of ['first', 'again']) assert.is((await exported(spec, '-o', output)).code, 0);
  writeFileSync(join(output, 'model.py'), '# mine\n');
  const refused = await exported(spec, '-o', output);
  assert.is(refused.code, 2);
  assert.match(refused.stderr, /model\.py holds something else: .*--force/);
  assert.is(readFileSync(join(output, 'model.py'), 'utf8'), '# mine\n');
  assert.is((await exported(spec, '-o', output, '--force')).code, 0);
  assert.not.match(readFileSync(join(output, 'model.py'), 'utf8'), /# mine/);
});

test('says what it wants', async ({ folder, output }) => {
  const spec = 'specs/micro/micro-swin.swin';
  const withoutTarget = await swinc(['export', spec, '-o', output]);
  assert.is(withoutTarget.code, 2);
  assert.match(withoutTarget.stderr, /--to/);
  const unknown = await swinc(['export', spec, '--to', 'lotus', '-o', output]);
  assert.is(unknown.code, 2);
  assert.match(unknown.stderr, /pytorch/);
  const file = join(folder.path, 'file');
  writeFileSync(file, '');
  assert.match((await exported(spec, '-o', file)).stderr, /is a file: name a folder/);
});

test('a spec with errors writes nothing', async ({ folder, output }) => {
  const spec = join(folder.path, 'wrong.swin');
  writeFileSync(spec, 'swin 1\nmodel wrong { }\n');
  assert.is((await exported(spec, '-o', output)).code, 1);
  assert.equal(readdirSync(folder.path), ['wrong.swin']);
});

test.run();
