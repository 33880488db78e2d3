import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UsageError } from '../../compiler/cli/exit.ts';
import { describeFailure } from '../../compiler/cli/failure.ts';
import { readCheckpoint } from '../../compiler/cli/read-checkpoint.ts';
import { CheckpointFileError } from '../../compiler/weights/formats/checkpoint-file-error.ts';
import { openCheckpoint } from '../../compiler/weights/formats/open-checkpoint.ts';
import { serialiseSafetensors } from '../../runtime/safetensors.ts';
import { pytorchFile } from '../support/pytorch-files.ts';
import { type Folder, temporaryFolder } from './temporary-folder.ts';

const test = suite<{ folder: Folder }>('checkpoints on disk');

test.before.each((context) => {
  context.folder = temporaryFolder();
});
test.after.each(({ folder }) => folder.remove());

const { tensors } = openCheckpoint(pytorchFile('training.pth'));

/** One tensor a shard. */
function writeShards(folder: string): string {
  const weightMap: Record<string, string> = {};
  for (const [name, tensor] of tensors) {
    weightMap[name] = `${name}.safetensors`;
    writeFileSync(join(folder, `${name}.safetensors`), serialiseSafetensors(new Map([[name, tensor]])));
  }
  const index = join(folder, 'model.safetensors.index.json');
  writeFileSync(index, JSON.stringify({ weight_map: weightMap }));
  return index;
}

test('have the same tensors in every format', async ({ folder }) => {
  const [single, pickled] = [join(folder.path, 'a.safetensors'), join(folder.path, 'a.pth')];
  writeFileSync(single, serialiseSafetensors(tensors));
  writeFileSync(pickled, pytorchFile('training.pth'));
  for (const path of [single, pickled, writeShards(folder.path)]) {
    const { file } = await readCheckpoint(path);
    const read = [...file.tensors].map(([name, { dtype, shape, data }]) => [name, { dtype, shape, data }] as const);
    assert.equal(new Map(read.sort()), new Map([...tensors].sort()), path);
  }
});

test('have a digest of all their bytes', async ({ folder }) => {
  const index = writeShards(folder.path);
  const first = await readCheckpoint(index);
  const digest = await first.digest();
  assert.match(digest, /^[0-9a-f]{64}$/);
  assert.is(await (await readCheckpoint(index)).digest(), digest);
  const [name = '', tensor] = [...tensors][0] ?? [];
  if (tensor === undefined) throw new Error('there is no tensor');
  const other = { ...tensor, data: tensor.data.map((byte) => byte ^ 1) };
  writeFileSync(join(folder.path, `${name}.safetensors`), serialiseSafetensors(new Map([[name, other]])));
  assert.is.not(await (await readCheckpoint(index)).digest(), digest);
});

test('are named when they cannot be read', async ({ folder }) => {
  const index = writeShards(folder.path);
  const legacy = join(folder.path, 'legacy.pth');
  writeFileSync(legacy, pytorchFile('legacy.pth'));
  rmSync(join(folder.path, '0.bias.safetensors'));
  for (const path of [index, legacy]) {
    const error: unknown = await readCheckpoint(path).catch((reason: unknown) => reason);
    assert.instance(error, UsageError);
    assert.ok(error instanceof Error && error.message.startsWith(`${path}: the `), String(error));
  }
});

test('are the fault of their giver', () => {
  assert.equal(describeFailure(new CheckpointFileError('the file is damaged')), {
    message: 'the file is damaged',
    exitCode: 2,
  });
});

test.run();
