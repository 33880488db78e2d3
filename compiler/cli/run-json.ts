/** What a run answered, as `swinc run --format json` prints it. */
import { topClasses } from '../../runtime/classification.ts';
import type { RunResult, StageMap } from '../../runtime/model.ts';
import { float32List } from './numbers.ts';
import type { RunInfo } from './runnable-model.ts';

export interface RunRecord {
  readonly info: RunInfo;
  /** 0: the logits are the pooled vector, of which no class is the likeliest. */
  readonly classes: number;
  readonly result: RunResult;
  readonly milliseconds: {
    readonly load: number;
    readonly compile: number;
    readonly first: number;
    readonly run: number;
  };
}

export interface ShownRecord extends RunRecord {
  /** How many classes of each image. */
  readonly top: number;
  readonly labels: readonly string[] | undefined;
  /** Of the images, where they are files. */
  readonly names: readonly string[] | undefined;
}

export interface LabelledClass {
  readonly index: number;
  readonly label?: string;
  readonly score: number;
}

export function toJson(record: ShownRecord): unknown {
  const { info, result, milliseconds } = record;
  return {
    model: info.model,
    adapter: info.adapter,
    dtype: info.elementType,
    shape: result.shape,
    logits: rowsOf(result).map(float32List),
    top: likeliest(record),
    ...(result.features.length === 0 ? {} : { features: result.features.map(featureToJson) }),
    ...(result.stages === undefined ? {} : { stages: result.stages.map(stageToJson) }),
    milliseconds,
  };
}

/** The likeliest classes of each image. */
export function likeliest({ result, classes, top, labels }: ShownRecord): readonly (readonly LabelledClass[])[] {
  return rowsOf(result).map((logits) =>
    classes === 0 ? [] : topClasses(logits, top).map(({ index, score }) => labelled(index, score, labels)),
  );
}

function labelled(index: number, score: number, labels: readonly string[] | undefined): LabelledClass {
  const label = labels?.[index];
  return label === undefined ? { index, score } : { index, label, score };
}

function rowsOf({ logits, shape }: RunResult): readonly Float32Array[] {
  const [count = 0, length = 0] = shape;
  return Array.from({ length: count }, (_, row) => logits.subarray(row * length, (row + 1) * length));
}

function featureToJson({ stage, shape, values }: StageMap): unknown {
  return { stage, shape, values: float32List(values) };
}

/** Tokens in one row, as the reference implementations have them: [batch, tokens, channels]. */
function stageToJson({ shape, values }: StageMap): unknown {
  return { shape, values: float32List(values) };
}
