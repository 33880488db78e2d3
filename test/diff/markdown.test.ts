import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Difference } from '../../compiler/diff/difference.ts';
import { toMarkdown } from '../../compiler/diff/markdown/difference.ts';
import { sweepToMarkdown } from '../../compiler/diff/markdown/sweep.ts';
import { code, mostCharacters } from '../../compiler/diff/markdown/text.ts';
import { compareSweep } from '../../compiler/diff/sweep.ts';
import { swinToFree, swinToFreeBr, various, withTensors, withTexts } from './differences.ts';
import { heir, small } from './subjects.ts';

const test = suite('swinc diff as Markdown');

const hostile = `a|b\\|c \`tick\`\` </details><img src=x onerror=alert(1)> @somebody #1 [link](https://example.org)\n\n# heading\n| - |`;

const sweepOf = (count: number) =>
  compareSweep(
    'sizes',
    small(),
    Array.from({ length: count }, (_, index) => ({
      label: `window=${index}`,
      subject: () => heir('x', ['window = 8']),
    })),
  );

/** What is left of a text without its spans of code. */
const withoutCode = (text: string): string => text.replaceAll(/(?<!`)(`+)(?!`)(.*?[^`])\1(?!`)/g, '');

/** Every table has as many cells in each row as in its head; every `details` ends. */
function checkStructure(text: string): void {
  let columns = 0;
  for (const line of text.split('\n')) {
    const cells = line.startsWith('|') ? line.replaceAll('\\|', '').split('|').length : 0;
    if (columns > 0 && cells > 0) assert.is(cells, columns, line);
    columns = cells;
  }
  const bare = withoutCode(text);
  const count = (pattern: RegExp): number => bare.match(pattern)?.length ?? 0;
  assert.is(count(/<details><summary>/g), count(/<\/details>/g));
  assert.is(count(/<\/summary>/g), count(/<\/details>/g));
  assert.not.match(bare.replaceAll(/<\/?(?:details|summary)>/g, '').replaceAll('\\<', ''), /</);
}

const differences: readonly (readonly [name: string, difference: () => Difference])[] = [
  ['Swin-B to Swin-Free-B', swinToFree],
  ['Swin-B to Swin-Free-B-BR-DR12', swinToFreeBr],
  ['two models that share little', various],
];

for (const [name, difference] of differences) {
  test(`${name}: tables and sections are whole, and it fits a comment`, () => {
    const text = toMarkdown(difference());
    checkStructure(text);
    assert.ok(text.length < mostCharacters);
  });

  test(`${name}: hostile texts stay in their cells`, () => {
    const text = toMarkdown(withTexts(difference(), hostile));
    checkStructure(text);
    const bare = withoutCode(text);
    assert.not.match(bare, /(?<!\\)\[link|(?<!\\)<img/);
    assert.not.match(text, /^# heading/m);
  });
}

test('the verdict comes first, and fields have their places', () => {
  const text = toMarkdown(swinToFreeBr());
  assert.match(
    text,
    /^### RETRAIN: `swin-b` → `swin-free-b-br-dr12`\n\n14 tensors need interpolation, 76 tensors are new/,
  );
  assert.match(
    text,
    /\n\| `depths` \| `\[2, 2, 18, 2\]` \| `\[2, 2, 12, 2\]` \| `swin-b\.swin:8` → `swin-free-br-dr\.swin:\d+` \|\n/,
  );
  assert.match(text, /\n\| 155 \| carry over \|\n/);
  assert.match(text, /\n\| parameters \|.*\| 87,768,224 → 68,956,394 \| -18,811,830 \| -21\.4 % \|\n/);
  assert.match(text, /<details><summary>14 need interpolation<\/summary>/);
});

test('times have their intervals, and ~ stands for chance', () => {
  const difference = various();
  assert.match(
    toMarkdown(difference),
    /#### Latency on `a test`\n\n.*\n.*\n\| A \| 14\.5 ms \| 11\.0 ms to 18\.0 ms \| 10 \|\n/,
  );
  const { latency } = difference;
  assert.ok(latency);
  const chance = { ...latency, significant: false, p: 0.4 };
  assert.match(
    toMarkdown({ ...difference, latency: chance }),
    /B against A: \\~, for the difference may be chance \(p = 0\.400\)/,
  );
});

for (const count of [50, 1000, 8000]) {
  test(`${count} tensors of each fate, with long names, are cut to fit and say so`, () => {
    const text = toMarkdown(withTensors(various(), count));
    checkStructure(text);
    assert.ok(text.length < mostCharacters);
    const rows = text.match(/^\| `layers/gm)?.length ?? 0;
    const weights = text.slice(text.indexOf('#### Weights'), text.indexOf('#### Plan'));
    const left = [...weights.matchAll(/^… and (\d+) more$/gm)].reduce((sum, [, more]) => sum + Number(more), 0);
    assert.ok(rows > 0);
    assert.is(rows + left, count * 4);
  });
}

test('texts of any length fit', () => {
  const text = toMarkdown(withTexts(withTensors(various(), 30), 'wide`|'.repeat(1000)));
  checkStructure(text);
  assert.ok(text.length < mostCharacters);
});

test('a sweep is a table, however many variants there are', () => {
  const few = sweepToMarkdown(sweepOf(2));
  checkStructure(few);
  assert.match(few, /^### `sizes`: 2 variants against `small`\n\n\| variant \| verdict \|/);
  assert.match(few, /\n\| `window=0` \| RETRAIN \| `window` \| \+/);
  const [row] = sweepOf(1).variants;
  assert.ok(row);
  const many = sweepToMarkdown({ ...sweepOf(0), variants: Array.from({ length: 4096 }, () => row) });
  assert.ok(many.length < mostCharacters);
  assert.match(many, /\n… and \d+ more\n/);
});

test('code is fenced by more backticks than it has', () => {
  assert.equal(['a', '`', 'a``b', '', ' a \n b '].map(code), ['`a`', '`` ` ``', '```a``b```', '', '`a b`']);
});

test.run();
