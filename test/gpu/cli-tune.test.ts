/** `swinc tune`, and what the other commands do with its table, on the adapter of this process. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Plan } from '../../runtime/plan.ts';
import type { TuningTable } from '../../runtime/tuning.ts';
import { json, swinc } from '../cli/command.ts';
import { type Folder, temporaryFolder } from '../cli/temporary-folder.ts';

const test = suite<{ folder: Folder }>('swinc tune');

test.before.each((context) => {
  context.folder = temporaryFolder();
});

test.after.each(({ folder }) => folder.remove());

const spec = 'specs/micro/micro-plain.swin';

test('writes a table that compile puts into a plan', async ({ folder }) => {
  const path = join(folder.path, 'table.json');
  const table = await json<TuningTable>(['tune', spec, '-o', path, '--format', 'json']);
  assert.equal(JSON.parse(readFileSync(path, 'utf8')), table);
  assert.ok(table.entries.length > 0);
  for (const { choice, milliseconds } of table.entries) assert.ok(Object.hasOwn(milliseconds, choice));
  const plan = await json<Plan>(['compile', spec, '--emit', 'plan', '--tuning', path]);
  const own = plan.tuning.find(({ adapter }) => adapter.description === table.adapter.description);
  assert.equal(own?.entries, table.entries);
  const again = await json<TuningTable>(['tune', spec, '-o', path, '--batch', '2', '--format', 'json']);
  assert.ok(again.entries.every(({ batch }) => batch === '2-7'));
  const both: TuningTable = JSON.parse(readFileSync(path, 'utf8'));
  assert.is(both.entries.length, table.entries.length + again.entries.length);
});

test('keeps the table in the cache folder, where run finds it', async ({ folder }) => {
  const environment = { XDG_CACHE_HOME: folder.path };
  const { stdout, stderr, code } = await swinc(['tune', spec], { environment });
  assert.is(code, 0, stderr);
  assert.match(stdout, /of these dispatches: .+ ms by the rule, .+ ms tuned/);
  const [file = ''] = readdirSync(join(folder.path, 'swinc/tuning'));
  assert.match(stderr, new RegExp(`wrote .*${file}: \\d+ entries`));
  const arguments_ = ['run', spec, '--weights', 'synthetic', '--input', 'synthetic', '--device', 'webgpu'];
  const tuned = await json<{ logits: unknown }>([...arguments_, '--format', 'json'], { environment });
  const forced = await json<{ logits: unknown }>([...arguments_, '--kernels', 'register', '--format', 'json']);
  assert.is(JSON.stringify(tuned.logits).length > 10, true);
  assert.is(JSON.stringify(forced.logits).length > 10, true);
});

test('a table that is none, or is not there, is an error that says what writes one', async ({ folder }) => {
  const none = await swinc(['compile', spec, '--emit', 'plan', '--tuning', join(folder.path, 'none.json')]);
  assert.is(none.code, 2);
  assert.match(none.stderr, /there is no file .*none\.json: `swinc tune SPEC -o FILE` writes one/);
  const wrong = await swinc(['compile', spec, '--emit', 'plan', '--tuning', 'package.json']);
  assert.is(wrong.code, 2);
  assert.match(wrong.stderr, /package\.json is no tuning table: /);
});

test.run();
