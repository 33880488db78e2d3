/** The stages with their grids and, for A and B, every way in which their blocks cut them into windows. */
import type { StageChange, StageLayout } from '../difference.ts';
import { html, type Markup, nothing } from './html.ts';
import { drawTiling, type Partition, paddedGrid, windowCount } from './tiling.ts';

export const stageSection = (stages: readonly StageChange[]): Markup => html`<section id="stages">
<h2>Windows</h2>
<p class="note">One window of each partition is filled. A shift moves the lines; hatched strips at the edges are pieces
that share a window with the opposite edge, kept apart by a mask.</p>
<div class="stages">${stages.map(stageCard)}</div>
</section>`;

const stageCard = ({ number, layout }: StageChange): Markup => {
  const { from, to } = layout;
  const isSame = JSON.stringify(from) === JSON.stringify(to);
  return html`<article class="card stage">
<h3>Stage ${number}${isSame ? html` <span class="same">the same in both</span>` : nothing}</h3>
<div class="sides">${isSame ? sideOf('A and B', to, 'both') : [sideOf('A', from, 'a'), sideOf('B', to, 'b')]}</div>
</article>`;
};

const by = ([height, width]: readonly [number, number]): string => `${height}×${width}`;

const sideOf = (name: string, layout: StageLayout | null, side: 'a' | 'b' | 'both'): Markup => {
  if (layout === null)
    return html`<div class="side ${side}"><h4>${name}</h4><p class="note">has no such stage</p></div>`;
  const { grid, dim, heads, blocks } = layout;
  const partitions = partitionsOf(layout);
  const hidden = partitions.length - mostPartitions;
  return html`<div class="side ${side}">
<h4>${name}</h4>
<p class="note">${by(grid)} tokens, ${dim} channels, ${heads} heads, ${counted(blocks.length, 'block')}</p>
<div class="tilings">${partitions.slice(0, mostPartitions).map((partition) => figureOf(partition, blocks.length))}</div>
${hidden > 0 ? html`<p class="note">and ${hidden} more partitions</p>` : nothing}
</div>`;
};

interface SharedPartition extends Partition {
  /** Counted from 0. */
  readonly blocks: readonly number[];
}

const mostPartitions = 6;

/** In the order in which blocks first use them. */
const partitionsOf = ({ grid, pad, blocks }: StageLayout): readonly SharedPartition[] => {
  const shared = new Map<string, SharedPartition>();
  for (const [index, { window, shift }] of blocks.entries()) {
    const key = `${window} ${shift}`;
    shared.set(key, { grid, pad, window, shift, blocks: [...(shared.get(key)?.blocks ?? []), index] });
  }
  return [...shared.values()];
};

const figureOf = (partition: SharedPartition, depth: number): Markup => {
  const { window, shift, blocks } = partition;
  const size = `window ${by(window)}`;
  const windows = counted(windowCount(partition), 'window');
  const moved = shift[0] + shift[1] === 0 ? 'no shift' : `shift ${shift[0] === shift[1] ? shift[0] : by(shift)}`;
  const padded = paddedGrid(partition);
  const which = blocks.length === depth ? 'every block' : `${listed(blocks)} of ${counted(depth, 'block')}`;
  return html`<figure>${drawTiling(partition, `${size}, ${windows}, ${moved}`)}
<figcaption><b>${size}</b>${windows}, ${moved}${padded === undefined ? '' : `, padded to ${by(padded)}`}<br><span class="note">${which}</span></figcaption></figure>`;
};

const mostListed = 4;

/** Blocks count from 0, as in the language. */
const listed = (blocks: readonly number[]): string => {
  if (blocks.length === 1) return `block ${blocks[0]}`;
  if (blocks.length <= mostListed) return `blocks ${blocks.slice(0, -1).join(', ')} and ${blocks.at(-1)}`;
  return `blocks ${blocks.slice(0, 3).join(', ')} … ${blocks.at(-1)}: ${blocks.length}`;
};

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
