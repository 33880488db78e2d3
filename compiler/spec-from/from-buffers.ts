/** Windows, shifts and the input's size, as far as tables and buffers tell them. */
import type { Size } from '../model/model.ts';
import { spellSize } from '../model/spell.ts';
import { type BlockWindow, windowOfBlock } from './block-window.ts';
import { type Aspect, type Fact, listText, type Telling } from './fact.ts';
import { type Masked, readMask } from './mask.ts';
import { blocksOf, type NamedCheckpoint } from './named-checkpoint.ts';
import { patternOf, shiftText } from './pattern.ts';
import { spanOfBlock } from './span.ts';

export interface BufferTelling {
  readonly telling: Telling;
  readonly hints: ReadonlyMap<Aspect, string>;
}

export function tellBuffers(checkpoint: NamedCheckpoint): BufferTelling {
  const windows = checkpoint.depths.map((_, stage) =>
    blocksOf(checkpoint, stage).map((block) => windowOfBlock(checkpoint, block)),
  );
  const hint = windows.flat().find((each) => each?.kind === 'hint');
  const hints = new Map<Aspect, string>(hint?.kind === 'hint' ? [['window', hint.text]] : []);
  const known = windows.map((blocks) => blocks.flatMap((each) => (each?.kind === 'window' ? [each] : [])));
  if (known.some((blocks, stage) => blocks.length < (checkpoint.depths[stage] ?? 0))) return { telling: [], hints };
  const telling = [...tellWindows(known), ...tellSpans(checkpoint, known), ...tellMasks(checkpoint, known)];
  return { telling, hints };
}

type Windows = readonly (readonly Extract<BlockWindow, { kind: 'window' }>[])[];

function tellWindows(windows: Windows): Telling {
  const isUsual = windows.flat().some((each) => each.isUsual);
  const from = windows[0]?.[0]?.from ?? '';
  const fact = (text: string): Fact => ({ text, from: `${from} and its like`, ...(isUsual ? { isUsual } : {}) });
  const patterns = windows.map((blocks) => patternOf(blocks.map(({ size }) => spellSize(size))));
  return [
    ['window', fact(listText(patterns.map(([first = '']) => first)))],
    ...patterns.flatMap((pattern, stage): Telling => {
      if (pattern.length < 2) return [];
      return [[`stage ${stage + 1}.window`, fact(`cycle(${pattern.join(', ')})`)]];
    }),
  ];
}

/** The windows in which a continuous position counts. */
function tellSpans(checkpoint: NamedCheckpoint, windows: Windows): Telling {
  const spans = windows.map((blocks, stage) => {
    const [window] = blocks;
    const [block] = blocksOf(checkpoint, stage);
    return window && block !== undefined ? spanOfBlock(checkpoint, block, window.size) : undefined;
  });
  const known = spans.flatMap((span) => span ?? []);
  if (known.length < spans.length) return [];
  const isOwn = known.every((span, stage) => spellSize(span) === spellSize(windows[stage]?.[0]?.size ?? span));
  const from = `${checkpoint.keyOf('layers.0.blocks.0.attn.relative_coords_table')} and its like`;
  return [['pretrained', { text: isOwn ? 'same' : listText(known.map(spellSize)), from }]];
}

/** A file that keeps masks has one for each block that shifts. */
function tellMasks(checkpoint: NamedCheckpoint, windows: Windows): Telling {
  const kept = checkpoint.depths.map((_, stage) =>
    blocksOf(checkpoint, stage).map((block) => checkpoint.tensorOf(`${block}.attn_mask`)),
  );
  const masks = kept.map((blocks, stage) =>
    blocks.map((mask, block) => {
      const size = windows[stage]?.[block]?.size;
      return mask && size ? readMask(mask, size) : undefined;
    }),
  );
  const isSound = kept.every((blocks, stage) => blocks.every((mask, block) => !mask || masks[stage]?.[block]));
  const stage = masks.findIndex((blocks) => blocks.some((mask) => mask !== undefined));
  const first = masks[stage]?.find((mask) => mask !== undefined);
  if (first === undefined || !isSound) return [];
  const block = masks[stage]?.indexOf(first) ?? 0;
  const from = `${checkpoint.keyOf(`layers.${stage}.blocks.${block}.attn_mask`)} and its like`;
  const [, , height = 1, width = 1] = checkpoint.shapeOf('patch_embed.proj.weight') ?? [];
  const scale = 2 ** stage;
  const input: Size = { height: first.grid.height * height * scale, width: first.grid.width * width * scale };
  return [
    ['size', { text: `${input.height}, ${input.width}`, from }],
    ...tellShifts(masks, windows, first, stage, from),
  ];
}

function tellShifts(
  masks: readonly (readonly (Masked | undefined)[])[],
  windows: Windows,
  { grid }: Masked,
  known: number,
  from: string,
): Telling {
  const texts = masks.map((blocks, stage) => {
    const half = 2 ** (stage - known);
    // A window that is the whole grid does not shift, whatever the model asks for.
    const covers = windows[stage]?.every(
      ({ size }) => size.height >= grid.height / half || size.width >= grid.width / half,
    );
    if (covers === true || blocks.length < 2) return 'on';
    return shiftText(
      blocks.map((mask) => mask?.shift ?? { height: 0, width: 0 }),
      windows[stage]?.map(({ size }) => size) ?? [],
    );
  });
  const isListed = (text: string): boolean => text === 'on' || text === 'off';
  return [
    ['shift', { text: listText(texts.map((text) => (isListed(text) ? text : 'on'))), from }],
    ...texts.flatMap((text, stage): Telling => (isListed(text) ? [] : [[`stage ${stage + 1}.shift`, { text, from }]])),
  ];
}
