/** One partition of a stage's grid into windows, drawn with a token as the unit. */
import type { StageLayout } from '../difference.ts';
import { html, type Markup, nothing } from './html.ts';
import { type Axis, paddedLength, type Segment, segmentsOf } from './segments.ts';

type Block = StageLayout['blocks'][number];

export interface Partition extends Block {
  readonly grid: StageLayout['grid'];
  readonly pad: StageLayout['pad'];
}

interface Axes {
  readonly rows: Axis;
  readonly columns: Axis;
}

export const axesOf = ({ grid, pad, window, shift }: Partition): Axes => ({
  rows: { length: grid[0], window: window[0], shift: shift[0], pad },
  columns: { length: grid[1], window: window[1], shift: shift[1], pad },
});

export const windowCount = (partition: Partition): number => {
  const { rows, columns } = axesOf(partition);
  return (paddedLength(rows) / rows.window) * (paddedLength(columns) / columns.window);
};

/** Undefined where the windows divide the grid. */
export const paddedGrid = (partition: Partition): StageLayout['grid'] | undefined => {
  const { rows, columns } = axesOf(partition);
  const [height, width] = [paddedLength(rows), paddedLength(columns)];
  return height === rows.length && width === columns.length ? undefined : [height, width];
};

/** Of a side. A larger grid would cost more to draw than to look at. */
const mostTokens = 1024;

/** Beyond this the lines between tokens would be all that is to be seen. */
const mostTokenLines = 80;

/** `label` says in words what is drawn. */
export const drawTiling = (partition: Partition, label: string): Markup => {
  const { rows, columns } = axesOf(partition);
  const [height, width] = [paddedLength(rows), paddedLength(columns)];
  if (Math.max(height, width) > mostTokens) return html`<p class="note">too large to draw</p>`;
  const [rowSegments, columnSegments] = [segmentsOf(rows), segmentsOf(columns)];
  const tokens = Math.max(height, width) <= mostTokenLines ? tokenLines(height, width) : '';
  const space = { width, height };
  return html`<svg class="tiling" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
<rect class="tokens" width="${width}" height="${height}"/>
<path class="token-lines" d="${tokens}"/>
${sampleWindow(rows, columns, { rowSegments, columnSegments })}
<g class="masked">${maskedBands(rowSegments, columnSegments, space)}</g>
${padding(partition, space)}
<path class="window-lines" d="${windowLines(rowSegments, columnSegments, space)}"/>
<rect class="border" width="${width}" height="${height}"/>
</svg>`;
};

/** Strokes are as far apart on the page whatever the unit is: a pattern for each power of two. */
const hatchScale = (tokens: number): number => Math.max(0, Math.ceil(Math.log2(tokens)));

const largestScale = hatchScale(mostTokens);

export const hatchStyle = Array.from(
  { length: largestScale + 1 },
  (_, scale) => `.hatch-${scale} { fill: url(#hatch-${scale}); }`,
).join(' ');

export const hatchPatterns: Markup = html`${Array.from(
  { length: largestScale + 1 },
  (_, scale) => html`<pattern id="hatch-${scale}" width="8" height="8" patternUnits="userSpaceOnUse"
patternTransform="scale(${2 ** scale / 256}) rotate(45)"><rect width="3" height="8"/></pattern>
`,
)}`;

interface Space {
  readonly width: number;
  readonly height: number;
}

const across = (x: number, height: number): string => `M${x} 0V${height}`;

const along = (y: number, width: number): string => `M0 ${y}H${width}`;

const tokenLines = (height: number, width: number): string =>
  [
    ...Array.from({ length: Math.max(0, height - 1) }, (_, index) => along(index + 1, width)),
    ...Array.from({ length: Math.max(0, width - 1) }, (_, index) => across(index + 1, height)),
  ].join('');

const windowLines = (rows: readonly Segment[], columns: readonly Segment[], { width, height }: Space): string =>
  [
    ...rows.slice(1).map(({ start }) => along(start, width)),
    ...columns.slice(1).map(({ start }) => across(start, height)),
  ].join('');

interface Segments {
  readonly rowSegments: readonly Segment[];
  readonly columnSegments: readonly Segment[];
}

/** The first window that is whole, so that its size meets the eye. */
const sampleWindow = (rows: Axis, columns: Axis, { rowSegments, columnSegments }: Segments): Markup => {
  const whole = (segments: readonly Segment[], window: number): Segment | undefined =>
    segments.find(({ start, end, isPart }) => !isPart && end - start === window);
  const [row, column] = [whole(rowSegments, rows.window), whole(columnSegments, columns.window)];
  if (row === undefined || column === undefined) return nothing;
  return rectangle('sample', { x: column.start, y: row.start, width: columns.window, height: rows.window });
};

/** Strips at the edges: pieces of windows whose other pieces lie across the grid. */
const maskedBands = (rows: readonly Segment[], columns: readonly Segment[], { width, height }: Space): Markup => {
  const name = `hatch-${hatchScale(Math.max(width, height))}`;
  const parts = (segments: readonly Segment[]): readonly Segment[] => segments.filter(({ isPart }) => isPart);
  return html`${parts(rows).map(({ start, end }) =>
    rectangle(name, { x: 0, y: start, width, height: end - start }),
  )}${parts(columns).map(({ start, end }) => rectangle(name, { x: start, y: 0, width: end - start, height }))}`;
};

const padding = ({ grid: [tokenRows, tokenColumns] }: Partition, { width, height }: Space): Markup => {
  const below = { x: 0, y: tokenRows, width, height: height - tokenRows };
  const beside = { x: tokenColumns, y: 0, width: width - tokenColumns, height: tokenRows };
  return html`${[below, beside].map((area) => rectangle('padding', area))}`;
};

const rectangle = (
  name: string,
  { x, y, width, height }: { readonly x: number; readonly y: number } & Space,
): Markup =>
  width === 0 || height === 0
    ? nothing
    : html`<rect class="${name}" x="${x}" y="${y}" width="${width}" height="${height}"/>`;
