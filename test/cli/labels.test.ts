/** The names of classes, in each way that files have them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readLabels } from '../../compiler/cli/labels.ts';
import { temporaryFolder } from './temporary-folder.ts';

const test = suite('labels');
test.after(() => remove());

const { path: folder, remove } = temporaryFolder();
const path = join(folder, 'labels');

const files: readonly string[] = [
  'tench\ngoldfish\ngreat white shark\n',
  'tench\r\n goldfish\r\ngreat white shark',
  '["tench", "goldfish", "great white shark"]',
  '{"2": "great white shark", "0": "tench", "1": "goldfish"}',
  '{"model_type": "swin", "id2label": {"0": "tench", "1": "goldfish", "2": "great white shark"}}',
];

for (const text of files) {
  test(`of ${text.slice(0, 40)}`, async () => {
    writeFileSync(path, text);
    assert.equal(await readLabels(path, 3), ['tench', 'goldfish', 'great white shark']);
  });
}

const refused: readonly (readonly [text: string, message: RegExp])[] = [
  ['tench\n', /has 1 labels; the model has 3 classes/],
  ['[1, 2, 3]', /a label is no string/],
  ['{"model_type": "swin"}', /has 1 labels/],
  ['[', /labels: .*JSON/],
];

for (const [text, message] of refused) {
  test(`not of ${text}`, async () => {
    writeFileSync(path, text);
    const complaint = await readLabels(path, 3).catch((error: unknown) =>
      error instanceof Error ? error.message : '',
    );
    assert.match(String(complaint), message);
  });
}

test.run();
