/** `swinc bench --format svg`: latency against multiply-accumulates, a point for each model and engine. */
import { type Content, html, type Markup } from '../../diff/page/html.ts';
import { milliseconds } from '../../report/units.ts';
import { describeAdapter } from '../describe-adapter.ts';
import { type Box, type PlacedLabel, placeLabels } from './place-labels.ts';
import type { BenchReport } from './report.ts';
import type { Result } from './result.ts';
import { type Scale, scaleOf } from './scale.ts';

const size = { width: 960, height: 600 };
const plot: Box = { left: 84, top: 96, right: 932, bottom: 528 };
const letter = { width: 7, height: 14 };

/** Shapes and colours, so that neither alone tells series apart. */
const markers = [
  'M-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0Z',
  'M-5 -5H5V5H-5Z',
  'M0 -7L7 0L0 7L-7 0Z',
  'M0 -6.5L6.5 5H-6.5Z',
  'M0 6.5L6.5 -5H-6.5Z',
] as const;

const style = `
:root { --ground: #fff; --ink: #1b1f26; --quiet: #667085; --line: #e2e5eb;
  --s0: #0d8577; --s1: #3a78e0; --s2: #c2571a; --s3: #a13a8a; --s4: #64748b; }
@media (prefers-color-scheme: dark) { :root { --ground: #12151a; --ink: #e6e9ee; --quiet: #96a0b0; --line: #2c333d;
  --s0: #3fc1ad; --s1: #6b9cf0; --s2: #ee9355; --s3: #d77fc4; --s4: #94a3b8; } }
text { font: 12px system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; fill: var(--ink); }
.ground { fill: var(--ground); } .title { font-size: 18px; font-weight: 600; } .quiet { fill: var(--quiet); }
.line { stroke: var(--line); } .axis { stroke: var(--quiet); } .end { text-anchor: end; } .middle { text-anchor: middle; }
.label { paint-order: stroke; stroke: var(--ground); stroke-width: 3px; stroke-linejoin: round; }
.point { fill: var(--tint); stroke: var(--ground); } .interval { stroke: var(--tint); stroke-width: 1.5; }
.s0 { --tint: var(--s0); } .s1 { --tint: var(--s1); } .s2 { --tint: var(--s2); } .s3 { --tint: var(--s3); }
.s4 { --tint: var(--s4); }
`;

interface Frame {
  readonly x: Scale;
  readonly y: Scale;
}

export function toPlot(report: BenchReport): string {
  const { results } = report;
  const frame: Frame = {
    x: scaleOf(results.map(({ macs }) => macs / 1e9)),
    y: scaleOf(results.flatMap(({ intervalMs, medianMs }) => [...intervalMs, medianMs])),
  };
  const series = [...new Set(results.map(seriesOf))];
  const naming = namingOf(results);
  const { common } = naming;
  const title = `${common === undefined ? '' : `${common}: `}latency against multiply-accumulates`;
  const { width, height } = size;
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${title}</title>
<style>${style.trim()}</style>
<rect class="ground" width="${width}" height="${height}"/>
<text class="title" x="${plot.left}" y="34">${common === undefined ? capital(title) : title}</text>
<text class="quiet" x="${plot.left}" y="56">${subtitle(report)}</text>
${legend(series)}
${axes(frame)}
${results.map((result) => point(result, series.indexOf(seriesOf(result)), frame))}
${labelsOf(results, naming, frame).map(({ text, x, y }) => html`<text class="label" x="${round(x)}" y="${round(y)}">${text}</text>\n`)}
</svg>`.markup;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Points of one engine, batch and type are of one colour. */
const seriesOf = ({ engine, dtype, batch }: Result): string => `${engine}, ${dtype}, batch ${batch}`;

const subtitle = ({ adapter, date }: BenchReport): string =>
  `${describeAdapter(adapter)}; medians with 95 % intervals; ${date.slice(0, 10)}`;

const placeX = ({ x }: Frame, value: number): number => plot.left + x.at(value) * (plot.right - plot.left);
const placeY = ({ y }: Frame, value: number): number => plot.bottom - y.at(value) * (plot.bottom - plot.top);

const round = (value: number): number => Math.round(100 * value) / 100;

function axes(frame: Frame): Content {
  const { left, top, right, bottom } = plot;
  const across = frame.y.ticks.map((tick) => {
    const y = round(placeY(frame, tick));
    return html`<path class="line" d="M${left} ${y}H${right}"/><text class="quiet end" x="${left - 10}" y="${y + 4}">${spell(tick)}</text>\n`;
  });
  const down = frame.x.ticks.map((tick) => {
    const x = round(placeX(frame, tick));
    return html`<path class="line" d="M${x} ${top}V${bottom}"/><text class="quiet middle" x="${x}" y="${bottom + 20}">${spell(tick)}</text>\n`;
  });
  const middle = (top + bottom) / 2;
  return [
    ...across,
    ...down,
    html`<path class="axis" fill="none" d="M${left} ${top}V${bottom}H${right}"/>\n`,
    html`<text class="middle" x="${(left + right) / 2}" y="${bottom + 48}">multiply-accumulates of one image (10⁹${kind(frame.x)})</text>\n`,
    html`<text class="middle" transform="translate(26 ${middle}) rotate(-90)">median time of a run (ms${kind(frame.y)})</text>`,
  ];
}

const kind = ({ kind: of }: Scale): string => (of === 'logarithmic' ? ', logarithmic' : '');

const spell = (tick: number): string => tick.toLocaleString('en-US', { maximumSignificantDigits: 4 });

function legend(series: readonly string[]): Content {
  let x = plot.left;
  return series.map((name, index) => {
    const at = x;
    x += 34 + name.length * letter.width;
    return html`<path class="point ${tint(index)}" transform="translate(${round(at + 6)} 76)" d="${marker(index)}"/><text x="${round(at + 17)}" y="80">${name}</text>\n`;
  });
}

const tint = (index: number): string => `s${index % markers.length}`;
const marker = (index: number): string => markers[index % markers.length] ?? markers[0];

function point(result: Result, index: number, frame: Frame): Markup {
  const { model, macs, medianMs, intervalMs } = result;
  const x = round(placeX(frame, macs / 1e9));
  const [low, high] = intervalMs.map((value) => round(placeY(frame, value)));
  const title = `${model}: ${seriesOf(result)}: ${milliseconds(medianMs)}`;
  return html`<g class="${tint(index)}"><title>${title}</title><path class="interval" d="M${x} ${low ?? 0}V${high ?? 0}"/><path class="point" transform="translate(${x} ${round(placeY(frame, medianMs))})" d="${marker(index)}"/></g>\n`;
}

/** A model's name stands at the first of its points. */
function labelsOf(results: readonly Result[], { labelOf }: Naming, frame: Frame): readonly PlacedLabel[] {
  const places = results.map(({ model, macs, medianMs, intervalMs: [low, high] }) => {
    const [x, y] = [placeX(frame, macs / 1e9), placeY(frame, medianMs)];
    return { text: labelOf(model), x, y, ends: { bottom: placeY(frame, low), top: placeY(frame, high) } };
  });
  const obstacles = places.flatMap(({ x, y, ends }) => [
    { left: x - 7, top: y - 7, right: x + 7, bottom: y + 7 },
    { left: x - 2, right: x + 2, ...ends },
  ]);
  const first = places.filter(({ text }, index) => places.findIndex((other) => other.text === text) === index);
  return placeLabels(first, obstacles, { within: plot, letter });
}

interface Naming {
  /** What all names have in common, as the title says it. */
  readonly common: string | undefined;
  readonly labelOf: (model: string) => string;
}

/** Of variants of one sweep its name says nothing at each, nor does that of the one field that they vary. */
function namingOf(results: readonly Result[]): Naming {
  const parts = results.map(({ model }) => /^(.+?)\[(?:([^=,]+)=)?(.*)\]$/.exec(model) ?? []);
  const sweeps = new Set(parts.map(([, sweep]) => sweep));
  const [sweep] = sweeps;
  if (sweeps.size !== 1 || sweep === undefined) return { common: undefined, labelOf: (model) => model };
  const fields = new Set(parts.map(([, , field, value = '']) => (value.includes('=') ? undefined : field)));
  const [field] = fields;
  if (fields.size !== 1 || field === undefined) {
    return { common: sweep, labelOf: (model) => model.slice(sweep.length + 1, -1) };
  }
  return { common: `${sweep}, by ${field}`, labelOf: (model) => model.slice(sweep.length + field.length + 2, -1) };
}
