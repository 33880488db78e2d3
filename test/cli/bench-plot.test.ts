/** The plot of a benchmark: well formed, everything inside, no label over another. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type LabelPoint, placeLabels } from '../../compiler/cli/bench/place-labels.ts';
import { toPlot } from '../../compiler/cli/bench/plot.ts';
import type { BenchReport } from '../../compiler/cli/bench/report.ts';
import type { Result } from '../../compiler/cli/bench/result.ts';
import { scaleOf } from '../../compiler/cli/bench/scale.ts';
import { readMarkup } from '../support/markup-check.ts';

const scales: readonly {
  readonly values: readonly number[];
  readonly kind: string;
  readonly ticks: readonly number[];
}[] = [
  { values: [4.5, 8.7, 15.4], kind: 'linear', ticks: [0, 5, 10, 15, 20] },
  { values: [15.43, 16.32], kind: 'linear', ticks: [14.5, 15, 15.5, 16, 16.5, 17] },
  { values: [900], kind: 'linear', ticks: [840, 860, 880, 900, 920, 940] },
  { values: [0.02, 0.03], kind: 'linear', ticks: [0.015, 0.02, 0.025, 0.03, 0.035] },
  { values: [1, 10, 100], kind: 'logarithmic', ticks: [1, 2, 5, 10, 20, 50, 100] },
];

for (const { values, kind, ticks } of scales) {
  test(`an axis for ${values.join(', ')}`, () => {
    const scale = scaleOf(values);
    assert.is(scale.kind, kind);
    assert.equal(scale.ticks, ticks);
    for (const value of values) assert.ok(scale.at(value) > 0 && scale.at(value) < 1, `${value}`);
    for (const tick of ticks) assert.ok(scale.at(tick) >= -1e-9 && scale.at(tick) <= 1 + 1e-9, `tick ${tick}`);
  });
}

test('labels of points in a row cover neither each other nor the points', () => {
  const points: readonly LabelPoint[] = Array.from({ length: 6 }, (_, x) => ({
    x: 200 + 30 * x,
    y: 200,
    text: 'swin-free-b',
  }));
  const within = { left: 0, top: 0, right: 600, bottom: 400 };
  const obstacles = points.map(({ x, y }) => ({ left: x - 7, top: y - 7, right: x + 7, bottom: y + 7 }));
  const placed = placeLabels(points, obstacles, { within, letter: { width: 7, height: 14 } });
  const boxes = placed.map(({ x, y, text }) => ({
    left: x,
    right: x + 7 * text.length,
    top: y - 10.5,
    bottom: y + 3.5,
  }));
  const all = [...boxes, ...obstacles];
  for (const [index, box] of boxes.entries()) {
    for (const other of all.filter((_, at) => at !== index)) {
      const apart =
        box.right <= other.left || other.right <= box.left || box.bottom <= other.top || other.bottom <= box.top;
      assert.ok(apart, JSON.stringify([box, other]));
    }
  }
});

const result = (model: string, engine: string, macs: number, medianMs: number): Result => ({
  model,
  engine,
  batch: 1,
  dtype: 'f32',
  medianMs,
  intervalMs: [0.9 * medianMs, 1.2 * medianMs],
  samples: 10,
  ratio: null,
  ratioInterval: null,
  gpuMs: null,
  gpuIntervalMs: null,
  processorMs: medianMs,
  processorRatio: null,
  macs,
  parameters: 1,
  sampleMs: [medianMs],
});

const report = (results: readonly Result[]): BenchReport => ({
  formatVersion: '1.0',
  adapter: { vendor: '', architecture: '', device: '', description: 'a <driver> & "more"', class: 'software' },
  host: { processor: '', cores: 2, platform: '' },
  versions: {},
  date: '2026-01-02T03:04:05.000Z',
  command: 'swinc bench',
  results,
});

test('a plot is well formed, names each model once, and has a point for each result', () => {
  const results = [
    ...[result('swin-t', 'swinc', 4.5e9, 900), result('swin-t', 'onnx:a&b.onnx@cpu', 4.5e9, 90)],
    ...[result('swin-b', 'swinc', 15.4e9, 3000), result('swin-b', 'onnx:a&b.onnx@cpu', 15.4e9, 300)],
  ];
  const svg = toPlot(report(results));
  const elements = readMarkup(svg);
  assert.is(elements[0]?.name, 'svg');
  assert.is(elements.filter(({ name }) => name === 'g').length, results.length);
  for (const model of ['swin-t', 'swin-b']) assert.is(svg.split(`>${model}</text>`).length, 2);
  assert.match(
    svg,
    /a &lt;driver&gt; &amp; &quot;more&quot; \(software: the CPU\); medians with 95 % intervals; 2026-01-02/,
  );
  assert.match(svg, /multiply-accumulates of one image \(10⁹\)/);
  assert.match(svg, /median time of a run \(ms, logarithmic\)/);
  assert.match(svg, /@media \(prefers-color-scheme: dark\)/);
  assert.not.match(svg, /NaN|undefined/);
});

test('variants of a sweep go by what they vary', () => {
  const windows = ['7,7,7,7', '7,7,14,7'];
  const svg = toPlot(
    report(windows.map((window, index) => result(`table5[window=${window}]`, 'swinc', (15 + index) * 1e9, 10 + index))),
  );
  assert.match(svg, />table5, by window: latency against multiply-accumulates<\/text>/);
  for (const window of windows) assert.match(svg, new RegExp(`>${window}</text>`));
});

test.run();
