import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { syntheticInput } from '../../compiler/weights/synthetic.ts';
import type { ModelSource } from '../../runtime/load.ts';
import type { Candidate, PlanBuffer } from '../../runtime/plan.ts';
import { readGolden } from '../support/goldens.ts';
import { openPage, readFolder } from './chromium.ts';
import type { AdapterFacts, Answer } from './page.ts';

const test = suite('browser');

// Not in a hook: uvu keeps what a hook throws to itself.
const folder = mkdtempSync(join(tmpdir(), 'swinc-browser-'));
await compileModel('specs/micro/micro-swin.swin', folder);
const open = await openPage(readFolder(folder, '/package'));

test.after(async () => {
  await open.close();
  rmSync(folder, { recursive: true, force: true });
});

async function compileModel(spec: string, target: string): Promise<void> {
  const root = join(import.meta.dirname, '../..');
  const command = ['--import', 'tsx', join(root, 'compiler/cli/main.ts'), 'compile', spec];
  const parameters = [...command, '--weights', 'synthetic', '-o', join(target, 'model')];
  await promisify(execFile)(process.execPath, parameters, { cwd: root });
}

/** Runs one of the functions of `page.ts` there, with values that JSON can carry. */
function call<Result>(name: string, ...values: readonly unknown[]): Promise<Result> {
  return open.page.evaluate(`page.${name}(...${JSON.stringify(values)})`);
}

test('the page has WebGPU on SwiftShader', async () => {
  const facts = await call<AdapterFacts | null>('describeAdapter');
  assert.equal(facts, { vendor: 'google', architecture: 'swiftshader', hasDevice: true });
});

const tokens = 6;
const channels = 4;

/** A model of one kernel: the mean over tokens. */
function meanModel(): Omit<ModelSource, 'weights'> {
  const buffer = (role: PlanBuffer['role'], shape: readonly number[]): PlanBuffer => {
    return { name: role, role, type: 'f32', shape, batched: true, slot: null };
  };
  const candidate: Candidate = {
    class: 'software',
    kernel: 'pool',
    constants: { ROWS: tokens, K: channels },
    types: {},
    workgroups: [
      { count: channels, batched: false, tile: 32 },
      { count: 1, batched: true, tile: 1 },
      { count: 1, batched: false, tile: 1 },
    ],
    requires: { features: [], limits: {} },
  };
  return {
    kernels: { pool: readFileSync(new URL('../../runtime/kernels/pool.wgsl', import.meta.url), 'utf8') },
    plan: {
      formatVersion: '1.0',
      model: 'mean',
      elementType: 'f32',
      input: 0,
      outputs: [{ name: 'logits', stage: null, buffer: 1 }],
      taps: [],
      preprocess: { resize: 2, crop: { height: 2, width: 3 }, interpolation: 'bicubic', mean: [0], std: [1] },
      buffers: [buffer('input', [channels, 2, 3]), buffer('output', [channels])],
      dispatches: [
        {
          op: 'pool',
          stage: null,
          block: null,
          reads: [0],
          writes: [1],
          bindings: { x: 0, output: 1 },
          candidates: [candidate, { ...candidate, class: 'gpu' }],
        },
      ],
      tuning: [],
    },
  };
}

test('the runtime runs a plan there, a batch at a time', async () => {
  const input = Array.from({ length: 2 * tokens * channels }, (_, index) => index);
  const answer = await call<Answer>('run', meanModel(), input, 2);
  assert.equal(answer, { logits: [10, 11, 12, 13, 34, 35, 36, 37], shape: [2, 4], adapterClass: 'software' });
});

test('a compiled package answers there as the reference implementation does', async () => {
  const golden = readGolden('micro-swin');
  const input = [...syntheticInput(golden.inputShape)];
  const [batch] = golden.inputShape;
  const answer = await call<Answer>('runPackage', '/package/model/model.js', input, batch);
  assert.equal(answer.shape, golden.logitsShape);
  const largest = Math.max(...golden.logits.map(Math.abs));
  const error = Math.max(
    ...golden.logits.map((logit, index) => Math.abs(logit - (answer.logits[index] ?? Number.NaN))),
  );
  assert.ok(error <= 2e-5 * largest, `off by ${error / largest} of the largest logit`);
});

test.run();
