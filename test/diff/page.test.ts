import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { html } from '../../compiler/diff/page/html.ts';
import { toPage } from '../../compiler/diff/page/page.ts';
import { script, scriptDigest } from '../../compiler/diff/page/script.ts';
import { sweepToPage } from '../../compiler/diff/page/sweep.ts';
import { compareSweep, type SweepDifference } from '../../compiler/diff/sweep.ts';
import { readMarkup } from '../support/markup-check.ts';
import { swinToFree, swinToFreeBr, various, withTensors, withTexts } from './differences.ts';
import { heir, small } from './subjects.ts';

const test = suite('swinc diff as a page');

const hostile = `"'></style></script><script>alert(1)</script><img src=x onerror=alert(1)>\`&amp;{{\u0000\u202e`;

const sweepOf = (): SweepDifference =>
  compareSweep(
    'sizes',
    small(),
    [4, 8].map((window) => ({ label: `window=${window}`, subject: () => heir('x', [`window = ${window}`]) })),
  );

const pages: readonly (readonly [name: string, page: () => string])[] = [
  ['Swin-B to Swin-Free-B', () => toPage(swinToFree())],
  ['Swin-B to Swin-Free-B-BR-DR12', () => toPage(swinToFreeBr())],
  ['two models that share little', () => toPage(various())],
  ['a sweep', () => sweepToPage(sweepOf())],
];

for (const [name, page] of pages) {
  test(`${name}: well-formed, with ids of its own and nothing from elsewhere`, () => {
    const text = page();
    const elements = readMarkup(text);
    const ids = elements.flatMap(({ attributes }) => attributes['id'] ?? []);
    assert.is(new Set(ids).size, ids.length);
    const foreign = elements.filter(
      ({ name, attributes }) => name === 'link' || 'src' in attributes || 'href' in attributes,
    );
    assert.equal(foreign, []);
    assert.not.match(text, /https?:|@import|url\((?!#hatch-\d+\))/);
  });
}

test('the policy lets the one script run, and no other', () => {
  assert.is(scriptDigest, `sha256-${createHash('sha256').update(script).digest('base64')}`);
  const policy = readMarkup(toPage(various())).find(({ attributes }) => 'http-equiv' in attributes);
  assert.match(policy?.attributes['content'] ?? '', /^default-src &#39;none&#39;; style-src/);
  assert.ok(policy?.attributes['content']?.includes(scriptDigest));
});

test('hostile names, files and texts stay texts', () => {
  const shapeOf = (page: string) => readMarkup(page).map(({ name, attributes }) => [name, ...Object.keys(attributes)]);
  for (const difference of [various(), swinToFreeBr()]) {
    assert.equal(shapeOf(toPage(withTexts(difference, hostile))), shapeOf(toPage(withTexts(difference, 'x'))));
  }
  const sweep = sweepOf();
  assert.equal(shapeOf(sweepToPage(withTexts(sweep, hostile))), shapeOf(sweepToPage(withTexts(sweep, 'x'))));
});

test('templates escape whatever is not a template', () => {
  assert.is(
    html`<b>${'<i>&"\''}${html`<i>${1}</i>`}${['a', html`<br>`]}</b>`.markup,
    '<b>&lt;i&gt;&amp;&quot;&#39;<i>1</i>a<br></b>',
  );
  assert.is(html`${'a\u0000\u001bb\n'}`.markup, 'a\uFFFD\uFFFDb\n');
});

test('every stage shows each partition of both sides once', () => {
  const page = toPage(swinToFree());
  const labels = readMarkup(page).flatMap(({ attributes }) => attributes['aria-label'] ?? []);
  assert.equal(
    labels.filter((label) => label.startsWith('window')),
    [
      'window 7×7, 64 windows, no shift',
      'window 7×7, 64 windows, shift 3',
      'window 7×7, 64 windows, no shift',
      'window 7×7, 16 windows, no shift',
      'window 7×7, 16 windows, shift 3',
      'window 14×14, 4 windows, no shift',
      'window 7×7, 4 windows, no shift',
      'window 7×7, 4 windows, shift 3',
      'window 14×14, 1 window, no shift',
      'window 7×7, 1 window, no shift',
    ],
  );
  assert.match(page, /Stage 4 <span class="same">the same in both/);
  assert.match(page, /blocks 1, 3, 5 … 17: 9 of 18 blocks/);
});

test('fields have both values, what differs marked, and their places', () => {
  const page = toPage(swinToFreeBr());
  assert.match(page, /<code>\[2, 2, <mark>18<\/mark>, 2\]<\/code><span class="place">swin-b\.swin:8</);
  assert.match(page, /<code>\[2, 2, <mark>12<\/mark>, 2\]<\/code><span class="place">swin-free-br-dr\.swin:\d+</);
});

test('a stage that one side lacks, padded grids, and times', () => {
  const page = toPage(various());
  assert.match(page, /has no such stage/);
  assert.match(page, /padded to 20×24/);
  assert.match(page, /B against A: <b>\+\d+\.\d % \(\+/);
  assert.match(page, /<h1>small <span class="note">f32<\/span>/);
});

test('thousands of tensors are a page', () => {
  const rows = readMarkup(toPage(withTensors(various(), 4000))).filter(({ name }) => name === 'tr');
  assert.ok(rows.length > 5 * 4000);
});

test('a grid too large to look at is not drawn', () => {
  const difference = various();
  const { derived } = difference;
  const stages = derived.stages.map((stage) => ({
    ...stage,
    layout: { from: null, to: stage.layout.to && { ...stage.layout.to, grid: [2 ** 24, 8] as const } },
  }));
  const page = toPage({ ...difference, derived: { ...derived, stages } });
  assert.match(page, /<figure><p class="note">too large to draw<\/p>/);
  assert.ok(page.length < 200_000);
});

test.run();
