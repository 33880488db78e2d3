import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import { fileHost } from '../../compiler/cli/file-host.ts';
import { resolve } from '../../compiler/model/resolve.ts';

const base = `swin 1
model base {
  input   = image(32, 32, 3)
  classes = 10
  patch   = 2
  dim     = 16
  depths  = [2, 2]
  heads   = [2, 4]
  window  = 4
}
`;

const test = suite<{ folder: string }>('file host');

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'swinc-file-host-'));
  mkdirSync(join(context.folder, 'specs'));
  writeFileSync(join(context.folder, 'specs', 'base.swin'), base);
  writeFileSync(join(context.folder, 'outside.swin'), base);
});

test.after.each(({ folder }) => rmSync(folder, { recursive: true }));

/** Codes of what is said about an entry with this import. */
function codes(folder: string, specifier: string, root?: string): readonly string[] {
  const entry = join(folder, 'specs', 'entry.swin');
  writeFileSync(entry, `swin 1\nimport ${JSON.stringify(specifier)}\nmodel entry extends base { }\n`);
  const host = fileHost(entry, root === undefined ? {} : { root });
  return resolve(entry, host).diagnostics.map(({ code }) => code);
}

test('reads what is beside the entry', ({ folder }) => {
  assert.deepEqual(codes(folder, './base.swin'), []);
  assert.deepEqual(codes(folder, './nothing.swin'), ['SW020', 'SW031']);
  assert.deepEqual(codes(folder, './.'), ['SW020', 'SW031']);
});

test('reads nothing above the root, which may be named', ({ folder }) => {
  assert.deepEqual(codes(folder, '../outside.swin'), ['SW021', 'SW031']);
  assert.deepEqual(codes(folder, '../outside.swin', folder), []);
  assert.deepEqual(codes(folder, '../../../../../etc/passwd'), ['SW021', 'SW031']);
});

test('follows links before it judges', ({ folder }) => {
  symlinkSync(join(folder, 'outside.swin'), join(folder, 'specs', 'link.swin'));
  assert.deepEqual(codes(folder, './link.swin'), ['SW021', 'SW031']);
  symlinkSync(join(folder, 'specs', 'base.swin'), join(folder, 'specs', 'inside.swin'));
  assert.deepEqual(codes(folder, './inside.swin'), []);
  symlinkSync('/dev/zero', join(folder, 'specs', 'device.swin'));
  assert.deepEqual(codes(folder, './device.swin', '/'), ['SW020', 'SW031']);
});

test('a folder whose name begins with two dots is below the root', ({ folder }) => {
  mkdirSync(join(folder, 'specs', '..odd'));
  writeFileSync(join(folder, 'specs', '..odd', 'base.swin'), base);
  assert.deepEqual(codes(folder, './..odd/base.swin'), []);
});

test('an entry that is a link has the root of what it links to', ({ folder }) => {
  const link = join(folder, 'entry-link.swin');
  assert.deepEqual(codes(folder, './base.swin'), []);
  symlinkSync(join(folder, 'specs', 'entry.swin'), link);
  assert.deepEqual(resolve(link, fileHost(link)).diagnostics, []);
});

test('refuses large files before it reads them', ({ folder }) => {
  writeFileSync(join(folder, 'specs', 'large.swin'), ' '.repeat(2 ** 20 + 1));
  assert.deepEqual(codes(folder, './large.swin'), ['SW010', 'SW031']);
});

test('says that there is no such entry', () => {
  const { value, diagnostics } = resolve('nowhere.swin', fileHost('nowhere.swin'));
  assert.deepEqual(
    [value.models, diagnostics.map(({ code, file }) => `${code} ${file}`)],
    [[], ['SW020 nowhere.swin']],
  );
});

test.run();
