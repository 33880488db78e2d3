/** Runs exported modules by PyTorch, all in one process: importing it takes seconds. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildGraph } from '../../compiler/build/build.ts';
import { serialiseNpy } from '../../compiler/cli/npy.ts';
import { figuresOf } from '../../compiler/compile.ts';
import type { Model } from '../../compiler/model/model.ts';
import { emitPytorch } from '../../compiler/targets/pytorch/emit-pytorch.ts';
import { parametersOf } from '../../compiler/weights/parameters.ts';
import { syntheticInput, syntheticTensor } from '../../compiler/weights/synthetic.ts';
import { serialiseSafetensors, type Tensor } from '../../runtime/safetensors.ts';

/** Debian's, where its packages are installed. */
export const python = process.env['SWINC_PYTHON'] ?? '/usr/bin/python3';

/** Fails where PyTorch is missing. */
export async function requirePytorch(): Promise<void> {
  await promisify(execFile)(python, ['-c', 'import torch']).catch((cause: unknown) => {
    const advice = 'apt-get install python3-torch libopenblas0-pthread, or name another Python by SWINC_PYTHON';
    throw new Error(`${python} has no PyTorch: ${advice}`, { cause });
  });
}

export interface PytorchCase {
  /** Unlike those of the other cases, and fit to name a folder. */
  readonly name: string;
  readonly model: Model;
  readonly batch: number;
  readonly gain: number;
}

export interface PytorchAnswer {
  readonly logits: readonly number[];
  readonly features: readonly (readonly number[])[];
  /** The patch embedding, then each stage after its merging. */
  readonly stages: readonly (readonly number[])[];
  /** Of the state dict. */
  readonly names: readonly string[];
  /** Of a model that is yet to be trained: the least and the largest value of each parameter; none of a large one. */
  readonly initial: Readonly<Record<string, readonly [least: number, largest: number]>>;
  /** Parameters that no loss of the logits reaches. */
  readonly idle: readonly string[];
}

/** What the modules answer in float64, on synthetic weights and input. */
export async function answersOf(
  cases: readonly PytorchCase[],
  folder: string,
): Promise<ReadonlyMap<string, PytorchAnswer>> {
  await requirePytorch();
  for (const each of cases) writeCase(each, join(folder, each.name));
  const script = join(import.meta.dirname, 'answer.py');
  const folders = cases.map(({ name }) => join(folder, name));
  await promisify(execFile)(python, [script, ...folders], { maxBuffer: 1e8 });
  return new Map(cases.map(({ name }) => [name, JSON.parse(readFileSync(join(folder, name, 'answers.json'), 'utf8'))]));
}

function writeCase({ model, batch, gain }: PytorchCase, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const emitted = emitPytorch({ model, documentation: '', parameters: figuresOf(model).params });
  for (const [name, text] of emitted) writeFileSync(join(folder, name), text);
  const { channels, height, width } = model.input;
  const shape = [batch, channels, height, width];
  writeFileSync(join(folder, 'input.npy'), serialiseNpy({ shape, data: syntheticInput(shape) }));
  writeFileSync(join(folder, 'weights.safetensors'), serialiseSafetensors(syntheticWeights(model, gain)));
}

function syntheticWeights(model: Model, gain: number): ReadonlyMap<string, Tensor> {
  return new Map(
    parametersOf(buildGraph(model)).map(({ name, shape }): [string, Tensor] => {
      const data = new Uint8Array(syntheticTensor(name, shape, gain).buffer);
      return [name, { dtype: 'F32', shape, data }];
    }),
  );
}
