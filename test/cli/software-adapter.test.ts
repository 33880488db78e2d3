import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { prepareSoftwareAdapter } from '../../compiler/cli/software-adapter.ts';
import { untar } from '../../compiler/cli/untar.ts';

const test = suite<{ folder: string }>('software adapter');

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'swinc-test-'));
});

test.after.each(({ folder }) => {
  rmSync(folder, { recursive: true, force: true });
});

const script = join(import.meta.dirname, '../support/reexecuting.ts');

/** A machine with a driver variable that leads nowhere. */
function start(folder: string, ending: string): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', script, ending], {
    env: {
      ...process.env,
      SWINC_SOFTWARE_ADAPTER: undefined,
      XDG_CACHE_HOME: folder,
      TMPDIR: folder,
      VK_ICD_FILENAMES: '/nonexistent.json',
      VK_DRIVER_FILES: '/nonexistent.json',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

interface Ended {
  readonly output: string;
  readonly code: number | null;
}

function ended(child: ChildProcess): Promise<Ended> {
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ output: Buffer.concat(chunks).toString('utf8').trim(), code }));
  });
}

test('a process without an adapter gets SwiftShader, and passes on its output and exit code', async ({ folder }) => {
  assert.equal(await ended(start(folder, '7')), { output: 'swiftshader', code: 7 });
});

test('processes that start at once share one private folder and leave nothing else', async ({ folder }) => {
  const results = await Promise.all([1, 2, 3].map(() => ended(start(folder, '0'))));
  for (const result of results) assert.equal(result, { output: 'swiftshader', code: 0 });
  const cache = join(folder, 'swinc');
  assert.is(statSync(cache).mode & 0o777, 0o700);
  const [unpacked = '', ...others] = readdirSync(cache);
  assert.match(unpacked, /^swiftshader-\d+\.\d+\.\d+$/);
  assert.equal(others, []);
  assert.equal(readdirSync(join(cache, unpacked)).sort(), [
    'libvk_swiftshader.so',
    'libvulkan.so.1',
    'vk_swiftshader_icd.json',
  ]);
});

test('a signal ends both processes', async ({ folder }) => {
  const child = start(folder, 'wait');
  const end = ended(child);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  child.kill('SIGTERM');
  assert.equal(await end, { output: 'swiftshader', code: 143 });
});

test('a folder that others can write to is not trusted', async ({ folder }) => {
  mkdirSync(join(folder, 'swinc'));
  chmodSync(join(folder, 'swinc'), 0o777);
  const environment = await prepareSoftwareAdapter({ XDG_CACHE_HOME: folder });
  assert.not.ok(environment?.['LD_LIBRARY_PATH']?.startsWith(folder));
  assert.equal(readdirSync(join(folder, 'swinc')), []);
});

test('the second process does not start a third', async () => {
  const environment = await prepareSoftwareAdapter({ ...process.env, SWINC_SOFTWARE_ADAPTER: undefined });
  assert.ok(environment);
  assert.is(await prepareSoftwareAdapter(environment), undefined);
});

test('libraries that were on the path stay on it, after ours', async () => {
  const environment = await prepareSoftwareAdapter({
    ...process.env,
    SWINC_SOFTWARE_ADAPTER: undefined,
    LD_LIBRARY_PATH: '/opt/lib',
  });
  assert.match(environment?.['LD_LIBRARY_PATH'] ?? '', /swiftshader-[^:]+:\/opt\/lib$/);
});

test('an archive that ends early is refused', () => {
  const header = new Uint8Array(1024);
  header.set(new TextEncoder().encode('name'));
  header.set(new TextEncoder().encode('00000010000\0'), 124);
  assert.throws(() => untar(header), /ends inside a file/);
  assert.throws(() => untar(new Uint8Array(512).fill(0x7a)), /not a tar archive/);
});

test.run();
