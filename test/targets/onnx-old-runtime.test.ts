/**
 * The tests of exported models once more with ONNX Runtime 1.17, in a process of its own. A full run installs it; where
 * it is installed already, `SWINC_ONNXRUNTIME=FOLDER npx tsx test/targets/onnx.test.ts` does the same.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import packageJson from '../../package.json' with { type: 'json' };
import { temporaryFolder } from '../cli/temporary-folder.ts';
import { isFullRun } from '../support/scale.ts';

const test = suite('onnx on an old runtime');

const oldest = '1.17.0';
const run = promisify(execFile);

test('the oldest version that is tested is the oldest that a project may bring', () => {
  assert.is(packageJson.peerDependencies['onnxruntime-node'], `^${oldest}`);
});

if (isFullRun) {
  test(`ONNX Runtime ${oldest} answers as the interpreter does`, async () => {
    const folder = temporaryFolder();
    const environment = { ...process.env, SWINC_ONNXRUNTIME: folder.path, SWINC_FULL: undefined };
    await run('npm', ['install', '--prefix', folder.path, '--ignore-scripts', `onnxruntime-node@${oldest}`]);
    const tests = ['--import', 'tsx', join(import.meta.dirname, 'onnx.test.ts')];
    const { stdout } = await run(process.execPath, tests, { env: environment, maxBuffer: 1 << 26 });
    assert.match(stdout, /Total: +(\d+)\n +Passed: +\1\n/);
    folder.remove();
  });
}

test.run();
