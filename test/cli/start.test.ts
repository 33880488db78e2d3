/** What a command loads before it has done its work, which is what its start costs on every machine. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { swinc } from './command.ts';
import { type Folder, temporaryFolder } from './temporary-folder.ts';

const test = suite<{ folder: Folder }>('the start of a command');

test.before.each((context) => {
  context.folder = temporaryFolder();
});

test.after.each(({ folder }) => folder.remove());

/** The files that V8 ran, as its record of coverage lists them. */
async function loadedFiles(parameters: readonly string[], folder: string): Promise<readonly string[]> {
  const { code, stderr } = await swinc(parameters, { environment: { NODE_V8_COVERAGE: folder } });
  assert.is(code, 0, stderr);
  return readdirSync(folder).flatMap((name) => {
    const { result }: { result: readonly { url: string }[] } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    return result.flatMap(({ url }) => (url.startsWith('file:') ? [url] : []));
  });
}

const cases: readonly { readonly command: readonly string[]; readonly without: readonly string[] }[] = [
  { command: ['--version'], without: ['createToken', '@compute', 'pushErrorScope'] },
  { command: ['check', 'specs/swin-b.swin'], without: ['@compute', 'pushErrorScope', 'relative_position_index'] },
  { command: ['show', 'specs/swin-b.swin'], without: ['pushErrorScope', 'relative_position_index'] },
];

for (const { command, without } of cases) {
  test(`swinc ${command.join(' ')} loads no package, and no code that it has no use for`, async ({ folder }) => {
    const files = await loadedFiles(command, folder.path);
    assert.ok(files.some((url) => url.endsWith('/dist/swinc.mjs')));
    assert.equal(
      files.filter((url) => url.includes('/node_modules/')),
      [],
    );
    const texts = files.map((url) => readFileSync(new URL(url), 'utf8'));
    for (const word of without)
      assert.not(
        texts.some((text) => text.includes(word)),
        word,
      );
  });
}

const emissions = ['plan', 'graph', 'wgsl'] as const;

for (const what of emissions) {
  test(`swinc compile --emit ${what} loads no package`, async ({ folder }) => {
    const files = await loadedFiles(['compile', 'specs/micro/micro-swin.swin', '--emit', what], folder.path);
    assert.equal(
      files.filter((url) => url.includes('/node_modules/')),
      [],
    );
  });
}

test.run();
