/** The tiny checkpoints in `test/data/checkpoints`, with what the libraries that wrote them answer. */
import { readFileSync } from 'node:fs';
import { parseSafetensors, type Tensor } from '../../runtime/safetensors.ts';

const folder = new URL('../data/checkpoints/', import.meta.url);

export const checkpointNames = [
  'microsoft-micro',
  'timm-micro',
  'torchvision-micro',
  'timm-v2-micro',
  'torchvision-v2-micro',
  'nvidia-swin-free-micro',
  'nvidia-swin-free-br-micro',
] as const;
export type CheckpointName = (typeof checkpointNames)[number];

export interface Checkpoint {
  readonly name: string;
  readonly path: string;
  /** The whole safetensors file. */
  readonly bytes: Uint8Array;
  /** Every key with its shape. */
  readonly keys: Readonly<Record<string, readonly number[]>>;
  /** What the library answers to the synthetic input of each shape: a row of logits an image. */
  readonly expected: readonly CheckpointAnswer[];
}

export interface CheckpointAnswer {
  readonly shape: readonly [batch: number, channels: number, height: number, width: number];
  readonly logits: readonly (readonly number[])[];
}

export function readCheckpoint(name: CheckpointName): Checkpoint {
  const url = new URL(`${name}.safetensors`, folder);
  const description: Pick<Checkpoint, 'name' | 'keys' | 'expected'> = JSON.parse(
    readFileSync(new URL(`${name}.json`, folder), 'utf8'),
  );
  const { keys, expected } = description;
  return { name: description.name, path: url.pathname, bytes: new Uint8Array(readFileSync(url)), keys, expected };
}

/** The tensors of a file in the folder, which need not have answers of its own. */
export function readTensors(name: CheckpointName | 'mmpretrain-micro'): ReadonlyMap<string, Tensor> {
  return parseSafetensors(new Uint8Array(readFileSync(new URL(`${name}.safetensors`, folder)))).tensors;
}
