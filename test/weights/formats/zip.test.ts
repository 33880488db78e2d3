import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CheckpointFileError } from '../../../compiler/weights/formats/checkpoint-file-error.ts';
import { contentOf, readZip } from '../../../compiler/weights/formats/zip.ts';
import { pytorchFile } from '../../support/pytorch-files.ts';

const test = suite('zip files');

/** The content of every entry. */
function readAll(bytes: Uint8Array): ReadonlyMap<string, string> {
  const zip = readZip(bytes);
  return new Map([...zip.entries].map(([name, entry]) => [name, Buffer.from(contentOf(zip, entry)).toString('hex')]));
}

/** PyTorch adds the end record of zip64 to every file. */
const views = pytorchFile('views.pth');
/** Python's own zipfile does not. */
const original = pytorchFile('malicious-outside-reduce.pth');
const end = original.length - 22;
const directory = new DataView(original.buffer, original.byteOffset).getUint32(end + 16, true);

test('have the same contents with the fields of zip64', () => {
  const contents = readAll(views);
  assert.ok(contents.has('views/data.pkl'));
  assert.is(contents.get('views/version'), Buffer.from('3\n').toString('hex'));
  assert.equal(readAll(pytorchFile('zip64.pth')), contents);
});

test('may end in a comment, and start anywhere in memory', () => {
  const moved = Uint8Array.from([7, ...original, ...Buffer.from('a comment')]).subarray(1);
  moved[end + 20] = 'a comment'.length;
  assert.equal(readAll(moved), readAll(original));
});

/** Bytes to put somewhere. */
type Patch = readonly [offset: number, ...bytes: number[]];

const long = [0xff, 0xff, 0xff, 0x7f] as const;

const faults: readonly (readonly [what: string, patch: Patch, sentence: RegExp])[] = [
  ['no end', [end, 0], /no directory at its end/],
  ['a part of several', [end + 4, 1], /one part of several/],
  ['a directory beyond the end', [end + 12, ...long], /outside of the file/],
  ['more entries than there are', [end + 10, 99], /before its last entry/],
  ['a count that only zip64 could hold', [end + 10, 0xff, 0xff], /zip64 directory is missing/],
  ['an encrypted entry', [directory + 8, 1], /"outside\/data\.pkl" is encrypted/],
  ['a compressed entry', [directory + 10, 8], /"outside\/data\.pkl" is compressed/],
  ['two sizes', [directory + 20, 1], /sizes of "outside\/data\.pkl" contradict/],
  ['sizes beyond the contents', [directory + 20, ...long, ...long], /reaches beyond/],
  ['sizes that only zip64 could hold', [directory + 20, 0xff, 0xff, 0xff, 0xff], /lacks its zip64 sizes/],
  ['an entry elsewhere', [directory + 42, 1], /is not where its directory says/],
  ['an entry beyond the end', [directory + 42, ...long], /is not where its directory says/],
  ['an entry under another name', [30, 0x41], /"outside\/data\.pkl" is not where its directory says/],
  ['a long name', [directory + 28, 0x01, 0x04], /longer than 1024 bytes|before its last entry/],
];

for (const [what, [offset, ...bytes], sentence] of faults) {
  test(`are refused with ${what}`, () => {
    const damaged = original.slice();
    damaged.set(bytes, offset);
    assert.throws(
      () => readAll(damaged),
      (error: unknown) => error instanceof CheckpointFileError && sentence.test(error.message),
    );
  });
}

test('are refused with two entries of one name', () => {
  const bytes = views.slice();
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  bytes[text.lastIndexOf('views/data/1') + 'views/data/'.length] = 0x30;
  assert.throws(
    () => readAll(bytes),
    (error: unknown) => error instanceof CheckpointFileError && /two entries "views\/data\/0"/.test(error.message),
  );
});

test.run();
