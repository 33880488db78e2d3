/** A checkpoint in any library's layout as the parameters of a model, and a report of what became of its tensors. */
import { type Tensor, toFloat32 } from '../../runtime/safetensors.ts';
import { type Graph, nodesOf } from '../graph/node.ts';
import { sameDims } from '../ops/op.ts';
import { keysOf, readSource } from './convert.ts';
import { type Recognised, recognise } from './layouts/index.ts';
import type { LayoutName, Source } from './layouts/layout.ts';
import { type ParameterSource, parametersOfTensors } from './parameter-source.ts';
import { CheckpointError, type ParameterSpec, parametersOf } from './parameters.ts';
import { resizeBiasTable, type TableSize } from './resize-bias-table.ts';

export interface ImportReport {
  readonly layout: LayoutName;
  /** Canonical tensors that the file holds as they are wanted. */
  readonly mapped: number;
  /** Bias tables of another window. */
  readonly interpolated: readonly { readonly name: string; readonly from: TableSize; readonly to: TableSize }[];
  /** What the model has no use for. */
  readonly dropped: readonly { readonly key: string; readonly reason: DropReason }[];
}

/** A buffer is computed anew; a dead tensor was never used by the code that wrote it; the rest belongs to another model. */
export type DropReason = 'buffer' | 'dead' | 'unused';

export interface ImportedCheckpoint {
  /** By canonical name, in the order in which the graph meets them. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly parameter: ParameterSource;
  readonly report: ImportReport;
}

export interface ImportOptions {
  /** Refuses what does not fit to the last value, such as a bias table of another window. */
  readonly strict?: boolean;
}

interface Job {
  readonly recognised: Recognised;
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly wanted: ReadonlyMap<string, ParameterSpec>;
  readonly windows: ReadonlyMap<string, TableSize>;
  readonly complaints: string[];
  readonly interpolated: { name: string; from: TableSize; to: TableSize }[];
}

/** What a model wants of a checkpoint; a missing tensor or another shape is a CheckpointError that names every one. */
export function importCheckpoint(
  tensors: ReadonlyMap<string, Tensor>,
  naive: Graph,
  options: ImportOptions = {},
): ImportedCheckpoint {
  const specs = parametersOf(naive);
  const recognised = recognise(new Set(tensors.keys()), lastStageOf(specs));
  if (recognised === undefined) throw new CheckpointError(describeUnrecognised(tensors));
  refuseAbsolutePositions(tensors);
  const wanted = new Map(specs.map((spec) => [spec.name, spec]));
  const job: Job = { recognised, tensors, wanted, windows: tablesOf(naive), complaints: [], interpolated: [] };
  const read = specs.flatMap((spec): [string, Tensor][] => {
    const tensor = readTensor(spec, job);
    return tensor === undefined ? [] : [[spec.name, tensor]];
  });
  if (options.strict === true) refuseInterpolation(job);
  if (job.complaints.length > 0) throw new CheckpointError(describeComplaints(job));
  const imported = new Map(read);
  const used = new Set(specs.flatMap(({ name }) => keysOf(sourceOf(name, job))));
  const dropped = [...tensors.keys()].filter((key) => !used.has(key)).map((key) => ({ key, reason: reasonOf(key) }));
  const mapped = imported.size - job.interpolated.length;
  return {
    tensors: imported,
    parameter: parametersOfTensors(imported),
    report: { layout: recognised.layout.name, mapped, interpolated: job.interpolated, dropped },
  };
}

function lastStageOf(specs: readonly ParameterSpec[]): number {
  return Math.max(0, ...specs.map(({ name }) => Number(/^layers\.(\d+)\./.exec(name)?.[1] ?? 0)));
}

/** The sizes of the bias tables that the model wants. */
function tablesOf(naive: Graph): ReadonlyMap<string, TableSize> {
  return new Map(
    nodesOf(naive).flatMap((node): [string, TableSize][] => {
      if (node.op !== 'relative_position_bias' || node.operands.table.op !== 'parameter') return [];
      const [height, width] = node.attributes.window;
      return [[node.operands.table.attributes.name, [2 * height - 1, 2 * width - 1]]];
    }),
  );
}

/** A norm after the reduction, as in Swin V2, has its outputs in one order everywhere. */
function sourceOf(name: string, { recognised, wanted }: Job): Source {
  const source = recognised.layout.source(name, recognised.dialect);
  if (source.kind !== 'unfolded') return source;
  const reduction = wanted.get(name.replace(/\.norm\.\w+$/, '.reduction.weight'));
  const columns = reduction?.shape[1];
  return wanted.get(name)?.shape.at(-1) === columns ? source : { kind: 'same', key: source.key };
}

/** What `toFloat32` reads. */
const floats: readonly string[] = ['F32', 'F16', 'BF16', 'F64'];

function readTensor(spec: ParameterSpec, job: Job): Tensor | undefined {
  const { name, shape } = spec;
  const found = readSource(sourceOf(name, job), job.tensors);
  if ('missing' in found) {
    const own = found.missing.length === 1 && found.missing[0] === name;
    const theirs = own ? '' : `, which is ${found.missing.join(', ')} in ${job.recognised.layout.title} layout`;
    job.complaints.push(`${name} [${shape.join(', ')}] is missing${theirs}`);
    return undefined;
  }
  if (!floats.includes(found.dtype)) {
    job.complaints.push(`${name} holds ${found.dtype} and not floating-point numbers`);
    return undefined;
  }
  if (sameDims(shape, found.shape)) return found;
  const resized = resizeTable(spec, found, job);
  if (resized === undefined)
    job.complaints.push(`${name} is [${found.shape.join(', ')}] and not [${shape.join(', ')}]`);
  return resized;
}

/** Undefined where the tensor is no bias table, or one of other heads or of a window that is not square. */
function resizeTable({ name, shape }: ParameterSpec, found: Tensor, job: Job): Tensor | undefined {
  const to = job.windows.get(name);
  const [rows = 0, heads = 0] = found.shape;
  const side = Math.round(Math.sqrt(rows));
  if (to === undefined || found.shape.length !== 2 || heads !== shape[1] || side * side !== rows) return undefined;
  const from: TableSize = [side, side];
  job.interpolated.push({ name, from, to });
  const values = new Float32Array(resizeBiasTable(toFloat32(found), heads, from, to));
  return { dtype: 'F32', shape, data: new Uint8Array(values.buffer) };
}

function refuseInterpolation({ interpolated, complaints }: Job): void {
  const windowOf = (size: TableSize): string => size.map((length) => (length + 1) / 2).join('x');
  for (const { name, from, to } of interpolated) {
    complaints.push(`${name} is for windows of ${windowOf(from)} and not ${windowOf(to)}, which --strict refuses`);
  }
}

/** They would change the answer silently. */
export function refuseAbsolutePositions(tensors: ReadonlyMap<string, Tensor>): void {
  const found = [...tensors.keys()].find((key) => /(^|\.)(absolute_pos_embed|position_embeddings)$/.test(key));
  if (found === undefined) return;
  throw new CheckpointError(`the checkpoint has absolute position embeddings (${found}), which no spec can say`);
}

function reasonOf(key: string): DropReason {
  if (/(relative_position_index|attn_mask|relative_coords_table|num_batches_tracked)$/.test(key)) return 'buffer';
  // The authors' Swin-Free-BR keeps both, and computes with neither.
  return /downsample\.(norm\..*|expansion\.weight)$/.test(key) ? 'dead' : 'unused';
}

/** Longest list that a message shows. */
const shown = 8;

function describeComplaints({ complaints }: Job): string {
  const more = complaints.length > shown ? `, and ${complaints.length - shown} more` : '';
  return `the weights do not fit this model: ${complaints.slice(0, shown).join('; ')}${more}`;
}

export function describeUnrecognised(tensors: ReadonlyMap<string, Tensor>): string {
  const first = [...tensors.keys()].slice(0, shown).join(', ');
  const known = "microsoft's, timm's, torchvision's, Hugging Face's nor OpenMMLab's names";
  return tensors.size === 0
    ? 'the checkpoint holds no tensors'
    : `the checkpoint has neither ${known}; it begins with ${first}`;
}
