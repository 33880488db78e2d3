/** Options and help that several commands share. */
import { InvalidArgumentError, Option } from 'commander';
import type { ExitCode } from '../exit.ts';

/** Hears how a command ended. */
export type Ended = (code: ExitCode) => void;

export const specArgument =
  'a .swin file, and which of its models where it has several: FILE#MODEL; git:REV:FILE reads it in a commit';

export function examplesOf(...examples: readonly string[]): string {
  const code = 'Exit codes: 0 fine, 1 errors in a spec, 2 arguments or files, 3 no device or one that failed.';
  return `${examplesAlone(...examples)}\n${code}`;
}

/** For a command whose exit codes mean something else. */
export function examplesAlone(...examples: readonly string[]): string {
  return `\nExamples:\n${examples.map((example) => `  swinc ${example}\n`).join('')}`;
}

export const formatOption = (...formats: readonly string[]): Option =>
  new Option('--format <format>', 'how to print').choices(['text', 'json', ...formats]).default('text');
export const rootOption = (): Option =>
  new Option('--root <folder>', "the folder that imports may not leave (default: the spec's)");
export const deviceOption = (): Option =>
  new Option('--device <device>', '`auto` falls back to a software renderer; `webgpu` does not')
    .choices(['auto', 'webgpu'])
    .default('auto');
export const dtypeOption = (): Option =>
  new Option('--dtype <type>', 'type of weights and activations').choices(['f32', 'f16']);
export const passOption = (): Option =>
  new Option('--no-pass <names>', 'switch passes off: their names with commas between them, or `all`');
export const weightsOption = (): Option =>
  new Option(
    '--weights <weights>',
    'a checkpoint with the canonical names (.safetensors, its .index.json, .pth), or `synthetic`, `synthetic:GAIN`',
  );

/** What kernels that serve one op are told apart by: the last part of their names. */
export const kernelFamilies = ['any', 'matrix', 'quad', 'register', 'serial', 'subgroup', 'tile', 'workgroup'] as const;
export type KernelFamily = (typeof kernelFamilies)[number];
export const kernelsOption = (): Option =>
  new Option('--kernels <family>', 'take the kernels named so wherever one can run, whatever is faster').choices(
    kernelFamilies,
  );

export const batchesOption = (): Option =>
  new Option('--batch <counts>', 'images in a run; several counts with commas between')
    .argParser((text) => [...new Set(text.split(',').map(wholeNumber))])
    .default([1], '1');

export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It counts from 1.');
  return Number(text);
}
