/** `swinc show`: what a model is made of, and what it costs. */
import Table from 'cli-table3';
import type { StageFigures } from '../model/figures.ts';
import type { Block, Size, Stage } from '../model/model.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { type LoadedSpec, loadModel, type RootOption } from './load-model.ts';
import { decimal, giga } from './numbers.ts';
import { coloursFor, writeData } from './output.ts';

export interface ShowOptions extends RootOption {
  readonly format: 'text' | 'json';
}

export async function show(spec: string, options: ShowOptions): Promise<ExitCode> {
  const loaded = loadModel(spec, options);
  if (loaded === undefined) return exitCodes.findings;
  loaded.warnings.print();
  const description = describe(loaded);
  await writeData(options.format === 'json' ? JSON.stringify(description, null, 2) : printTable(description));
  return exitCodes.fine;
}

type Pair = readonly [height: number, width: number];

interface StageDescription {
  readonly grid: Pair;
  /** Of the first block; `blocks` has them all. */
  readonly window: Pair;
  readonly windows: number;
  /** How many blocks are shifted. */
  readonly shifted: number;
  readonly dim: number;
  readonly heads: number;
  readonly depth: number;
  /** Of the blocks and of the merging that ends the stage. */
  readonly params: number;
  readonly macs: number;
  readonly blocks: readonly { readonly window: Pair; readonly shift: Pair }[];
}

interface Description {
  readonly model: string;
  readonly input: readonly [height: number, width: number, channels: number];
  readonly params: number;
  /** Of the matrix products, for one image. */
  readonly macs: number;
  readonly stages: readonly StageDescription[];
}

function describe({ model, figures }: Pick<LoadedSpec, 'model' | 'figures'>): Description {
  const { height, width, channels } = model.input;
  return {
    model: model.name,
    input: [height, width, channels],
    params: figures.params,
    macs: figures.macs,
    stages: model.stages.flatMap((stage, index) => {
      const counted = figures.stages[index];
      return counted === undefined ? [] : [describeStage(stage, counted)];
    }),
  };
}

function describeStage(stage: Stage, { params, macs, windows }: StageFigures): StageDescription {
  const { grid, dim, heads, blocks } = stage;
  return {
    grid: pair(grid),
    window: pair(blocks[0]?.window ?? grid),
    windows,
    shifted: blocks.filter(isShifted).length,
    dim,
    heads,
    depth: blocks.length,
    params,
    macs,
    blocks: blocks.map(({ window, shift }) => ({ window: pair(window), shift: pair(shift) })),
  };
}

const pair = ({ height, width }: Size): Pair => [height, width];

const isShifted = ({ shift }: Block): boolean => shift.height > 0 || shift.width > 0;

const columns = ['stage', 'grid', 'tokens', 'window', 'windows', 'shifted', 'dim', 'heads', 'depth', 'params', 'MACs'];

function printTable({ model, input, params, macs, stages }: Description): string {
  const colours = coloursFor(process.stdout);
  const table = new Table({
    head: columns.map(colours.bold),
    style: { head: [], border: [], compact: true },
    chars: plainBorders,
    colAligns: columns.map(() => 'right' as const),
  });
  table.push(...stages.map(rowOf));
  const title = `${colours.bold(model)}  ${input.join(' x ')}`;
  const totals = `${decimal(params)} parameters, ${giga(macs)} MACs an image`;
  return [title, table.toString().replace(/ +$/gm, ''), totals].join('\n');
}

function rowOf(stage: StageDescription, index: number): string[] {
  const { grid, windows, shifted, dim, heads, depth, params, macs, blocks } = stage;
  const tokens = grid[0] * grid[1];
  const window = [...new Set(blocks.map((block) => by(block.window)))].join(', ');
  const counts = [dim, heads, depth].map(String);
  return [
    `${index + 1}`,
    grid.join('x'),
    `${tokens}`,
    window,
    `${windows}`,
    `${shifted}`,
    ...counts,
    decimal(params),
    giga(macs),
  ];
}

const by = ([height, width]: Pair): string => (height === width ? `${height}` : `${height}x${width}`);

const plainBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
} as const;
