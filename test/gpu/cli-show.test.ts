/** `swinc show --adapter` on the adapter of this process. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { create } from 'webgpu';
import { json, swinc } from '../cli/command.ts';

const spec = 'specs/micro/micro-swin.swin';

interface Shown {
  readonly memory: { readonly workgroup: number };
  readonly adapter?: { readonly class: string; readonly maxComputeWorkgroupStorageSize: number };
}

async function workgroupLimit(): Promise<number> {
  const adapter = await create([]).requestAdapter();
  if (adapter === null) throw new Error('this process has no adapter');
  return adapter.limits.maxComputeWorkgroupStorageSize;
}

test('the adapter is asked for its limit, and only when it is wanted', async () => {
  const limit = await workgroupLimit();
  const { memory, adapter } = await json<Shown>(['show', spec, '--adapter', '--format', 'json']);
  assert.is(adapter?.maxComputeWorkgroupStorageSize, limit);
  assert.ok(memory.workgroup <= limit);
  assert.is((await json<Shown>(['show', spec, '--format', 'json'])).adapter, undefined);
});

test('the text names the adapter', async () => {
  const { stdout } = await swinc(['show', spec, '--adapter']);
  const bytes = (await workgroupLimit()).toLocaleString('en-US');
  assert.match(stdout, new RegExp(`workgroup memory: 16,384 bytes at most; .+ has ${bytes}\\.`));
});

test.run();
