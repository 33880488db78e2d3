import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CheckpointFileError } from '../../../compiler/weights/formats/checkpoint-file-error.ts';
import { openSharded } from '../../../compiler/weights/formats/sharded.ts';
import { fromFloat32, serialiseSafetensors } from '../../../runtime/safetensors.ts';

const test = suite('checkpoints in shards');

const shard = (...names: readonly string[]): Uint8Array =>
  serialiseSafetensors(new Map(names.map((name) => [name, fromFloat32(Float32Array.of(name.length), [1], 'F32')])), {
    format: 'pt',
  });

const shards: Readonly<Record<string, Uint8Array>> = {
  'one.safetensors': shard('a', 'bb', 'beside'),
  'two.safetensors': shard('ccc'),
  'parallel.safetensors': shard('module.x'),
  'broken.safetensors': Uint8Array.of(1, 2, 3),
};

const open = (index: unknown) =>
  openSharded(new TextEncoder().encode(typeof index === 'string' ? index : JSON.stringify(index)), async (name) =>
    Object.hasOwn(shards, name) ? shards[name] : undefined,
  );

test('are joined', async () => {
  const { tensors, ...rest } = await open({
    metadata: { total_size: 12, by: 'hand' },
    weight_map: { ccc: 'two.safetensors', a: 'one.safetensors', bb: 'one.safetensors' },
  });
  assert.equal([...tensors.keys()].sort(), ['a', 'bb', 'ccc']);
  assert.equal(rest, {
    format: 'safetensors',
    metadata: new Map([
      ['format', 'pt'],
      ['by', 'hand'],
    ]),
    ignored: [],
    skipped: [],
    wrapper: null,
    others: [],
  });
});

test('lose the prefix of parallel training only where all their tensors have it', async () => {
  const alone = await open({ weight_map: { 'module.x': 'parallel.safetensors' } });
  assert.equal([...alone.tensors.keys()], ['x']);
  const mixed = await open({ weight_map: { 'module.x': 'parallel.safetensors', a: 'one.safetensors' } });
  assert.equal([...mixed.tensors.keys()].sort(), ['a', 'module.x']);
});

const faults: readonly (readonly [index: unknown, sentence: RegExp])[] = [
  ['{', /the index is not JSON/],
  [[], /the index is not an object/],
  [{}, /no object weight_map/],
  [{ weight_map: {} }, /weight_map of the index is empty/],
  [{ weight_map: { a: 1 } }, /no file name for "a"/],
  [{ weight_map: { a: '../one.safetensors' } }, /no file name for "a"/],
  [{ weight_map: { a: '..' } }, /no file name for "a"/],
  [{ weight_map: { a: 'C:one' } }, /no file name for "a"/],
  [{ weight_map: { a: 'three.safetensors' } }, /names the file "three\.safetensors", which is missing/],
  [{ weight_map: { z: 'one.safetensors', y: 'one.safetensors' } }, /"one\.safetensors" lacks .*: "z", "y"$/],
  [{ weight_map: { a: 'two.safetensors' } }, /"two\.safetensors" lacks/],
  [{ weight_map: { a: 'broken.safetensors' } }, /the shard "broken\.safetensors": the file is shorter than 8 bytes/],
];

for (const [index, sentence] of faults) {
  test(`${JSON.stringify(index)} is refused`, async () => {
    const error: unknown = await open(index).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.instance(error, CheckpointFileError);
    assert.match(error instanceof Error ? error.message : '', sentence);
  });
}

test.run();
