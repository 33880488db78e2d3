/** A checkpoint by canonical names, before there is a model: what its layout says is probed for, name by name. */
import type { Tensor } from '../../runtime/safetensors.ts';
import { limits } from '../model/limits.ts';
import { keysOf, readSource } from '../weights/convert.ts';
import { describeUnrecognised, refuseAbsolutePositions } from '../weights/import-checkpoint.ts';
import { recognise } from '../weights/layouts/index.ts';
import type { Dialect, Layout, Source } from '../weights/layouts/layout.ts';
import { SpecFromError } from './fact.ts';

export interface NamedCheckpoint {
  readonly layout: Layout;
  /** Blocks of each stage. */
  readonly depths: readonly number[];
  readonly has: (name: string) => boolean;
  readonly shapeOf: (name: string) => readonly number[] | undefined;
  readonly tensorOf: (name: string) => Tensor | undefined;
  /** What the file calls it. */
  readonly keyOf: (name: string) => string;
}

/** Throws where no layout fits, or the file holds no blocks. */
export function nameCheckpoint(tensors: ReadonlyMap<string, Tensor>): NamedCheckpoint {
  const found = recognise(new Set(tensors.keys()), 0);
  if (found === undefined) throw new SpecFromError(describeUnrecognised(tensors));
  refuseAbsolutePositions(tensors);
  const first = namesOf(found.layout, { ...found.dialect, lastStage: 0 }, tensors);
  const depths = depthsOf(first);
  if (depths.length === 0) {
    throw new SpecFromError(`the checkpoint has no ${first.keyOf(blockMark(0, 0))}, and so no blocks`);
  }
  // The name of the final norm needs the last stage's number.
  return { ...namesOf(found.layout, { ...found.dialect, lastStage: depths.length - 1 }, tensors), depths };
}

type Names = Omit<NamedCheckpoint, 'depths'>;

function namesOf(layout: Layout, dialect: Dialect, tensors: ReadonlyMap<string, Tensor>): Names {
  const source = (name: string): Source => layout.source(name, dialect);
  return {
    layout,
    has: (name) => keysOf(source(name)).every((key) => tensors.has(key)),
    keyOf: (name) => keysOf(source(name))[0] ?? name,
    shapeOf: (name) => shapeOf(source(name), tensors),
    tensorOf: (name) => {
      const read = readSource(source(name), tensors);
      return 'missing' in read ? undefined : read;
    },
  };
}

/** Of parts one below the other, or of a part; nothing is copied for it. */
function shapeOf(source: Source, tensors: ReadonlyMap<string, Tensor>): readonly number[] | undefined {
  const shapes = keysOf(source).map((key) => tensors.get(key)?.shape);
  const [first] = shapes;
  if (first === undefined || shapes.includes(undefined)) return undefined;
  const rows = shapes.reduce((sum, shape) => sum + (shape?.[0] ?? 0), 0);
  return first.length === 0 ? first : [source.kind === 'third' ? rows / 3 : rows, ...first.slice(1)];
}

/** Every block has this tensor. */
const blockMark = (stage: number, block: number): string => `layers.${stage}.blocks.${block}.attn.proj.weight`;

function depthsOf({ has }: Names): readonly number[] {
  const depths: number[] = [];
  for (let stage = 0; stage < limits.stages && has(blockMark(stage, 0)); stage++) {
    let depth = 1;
    while (depth < limits.blocks && has(blockMark(stage, depth))) depth += 1;
    depths.push(depth);
  }
  return depths;
}

/** Canonical prefixes of the blocks of a stage, from 0. */
export function blocksOf({ depths }: NamedCheckpoint, stage: number): readonly string[] {
  return Array.from({ length: depths[stage] ?? 0 }, (_, block) => `layers.${stage}.blocks.${block}`);
}

/** What `read` finds in each stage; undefined where one stage has nothing. */
export function eachStage<Found>(
  { depths }: NamedCheckpoint,
  read: (stage: number) => Found | undefined,
): readonly Found[] | undefined {
  const found = depths.map((_, stage) => read(stage)).filter((each) => each !== undefined);
  return found.length === depths.length ? found : undefined;
}

/** Where a fact comes from, by the name that the file has for it. */
export function shapeText({ keyOf, shapeOf }: NamedCheckpoint, name: string): string {
  return `${keyOf(name)} [${shapeOf(name)?.join(', ') ?? ''}]`;
}
