import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CheckpointFileError } from '../../../compiler/weights/formats/checkpoint-file-error.ts';
import { openCheckpoint } from '../../../compiler/weights/formats/open-checkpoint.ts';
import { contentOf, readZip } from '../../../compiler/weights/formats/zip.ts';
import { SafetensorsError } from '../../../runtime/safetensors.ts';
import { mutate, randomFrom } from '../../support/mutations.ts';
import { pytorchFile, pytorchFiles } from '../../support/pytorch-files.ts';
import { mutationCount } from '../../support/scale.ts';

const test = suite('mutations of PyTorch files');

/** Pieces that mean something in a pickle or in a directory. */
const vocabulary: readonly string[] = [
  ...['.', '(', ')', 't', 'R', 'b', 'Q', 'u', 's', 'e', 'a', 'o', '0', '1', '2', '}', ']', 'N', 'K\x01', 'K\x00'],
  ...['q\x00', 'h\x00', 'h\x01', 'h\x05', 'cos\nsystem\n', 'ccollections\nOrderedDict\n', 'ctorch\nFloatStorage\n'],
  ...['ctorch._utils\n_rebuild_tensor_v2\n', 'J\x7f\x7f\x7f\x7f', 'X\x05\x00\x00\x00model', 'PK\x01\x02', 'PK\x05\x06'],
];

const files: readonly Uint8Array[] = pytorchFiles.filter((name) => name !== 'script.pt').map(pytorchFile);

for (const [where, damage] of [
  ['anywhere', mutate],
  ['in the pickle', mutatePickle],
] as const) {
  test(`${where} give tensors or a typed error`, () => {
    const count = Math.min(mutationCount(), 2000);
    const seen = { read: 0, refused: 0 };
    for (let seed = 0; seed < count; seed++) {
      const random = randomFrom(seed);
      const file = files[seed % files.length] ?? new Uint8Array();
      try {
        const { tensors } = openCheckpoint(damage(file, random, vocabulary));
        for (const { shape, data } of tensors.values()) checkSize(shape, data);
        seen.read++;
      } catch (error) {
        const isTyped = error instanceof CheckpointFileError || error instanceof SafetensorsError;
        if (!isTyped) throw new Error(`seed ${seed} throws from within`, { cause: error });
        seen.refused++;
      }
    }
    // Otherwise the mutations would prove little.
    if (count >= 1000) assert.ok(Math.min(seen.read, seen.refused) > count / 50, JSON.stringify(seen));
  });
}

/** Of the same length, so that the zip stays whole and what is damaged gets read. */
function mutatePickle(file: Uint8Array, random: () => number, pieces: readonly string[]): Uint8Array {
  const pickle = pickleOf(file);
  if (pickle === undefined) return mutate(file, random, pieces);
  const result = file.slice();
  const damaged = mutate(pickle, random, pieces);
  result.set(damaged.subarray(0, pickle.length), pickle.byteOffset - file.byteOffset);
  return result;
}

function pickleOf(file: Uint8Array): Uint8Array | undefined {
  if (file[0] !== 0x50) return undefined;
  const zip = readZip(file);
  const entry = [...zip.entries.values()].find(({ name }) => name.endsWith('/data.pkl'));
  return entry?.method === 0 ? contentOf(zip, entry) : undefined;
}

/** At most eight bytes a value, and no value without one. */
function checkSize(shape: readonly number[], data: Uint8Array): void {
  const count = shape.includes(0) ? 0 : shape.reduce((product, length) => product * length, 1);
  if (count === 0 ? data.length !== 0 : ![1, 2, 4, 8].includes(data.length / count)) {
    throw new Error(`a tensor [${shape}] of ${data.length} bytes`);
  }
}

test('every truncation is refused', () => {
  const file = pytorchFile('training.pth');
  for (let length = 0; length < file.length; length++) {
    try {
      openCheckpoint(file.subarray(0, length));
    } catch (error) {
      if (error instanceof CheckpointFileError || error instanceof SafetensorsError) continue;
      throw new Error(`${length} bytes throw from within`, { cause: error });
    }
    throw new Error(`${length} bytes are read`);
  }
});

test.run();
