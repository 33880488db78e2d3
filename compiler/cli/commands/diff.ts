import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ElementType } from '../../../runtime/plan.ts';
import { type Verdict, verdicts } from '../../diff/difference.ts';
import type { DiffOptions } from '../diff.ts';
import { deviceOption, type Ended, examplesAlone, formatOption, rootOption, wholeNumber } from './options.ts';

const operand = 'FILE#MODEL, git:REV:FILE#MODEL, or a variant of a sweep: FILE#SWEEP[NAME]';

const notes = `
Verdicts, each further apart than the one before:
  IDENTICAL  the same function by the same plan
  PLAN       the same function with other kernels
  LOADABLE   another function, and every tensor of B is in A
  RETRAIN    tensors of B are new, or want interpolation, or are not transferable
  INTERFACE  input, classes or outputs differ

Exit codes: 0 the verdict is below --fail-on, 1 it is not, 2 there is no verdict: errors
in a spec too; 3 no device or one that failed.`;

export function addDiff(program: Command, ended: Ended): void {
  program
    .command('diff')
    .description('compare two models: fields, costs, weights that survive, kernels, and a verdict')
    .argument('[a]', `the model that there is: ${operand}`)
    .argument('[b]', 'the model that is compared with it, named likewise')
    .addOption(formatOption('markdown', 'html'))
    .option('--sweep <sweep>', 'compare each variant of FILE#SWEEP with the model that it varies, in place of A and B')
    .option('--all', 'show what is the same too, and every tensor and pipeline by its name')
    .addOption(
      new Option('--fail-on <verdict>', `end with 1 at this verdict or one further apart: ${levels()}`).argParser(
        readVerdict,
      ),
    )
    .addOption(
      new Option('--dtype <types>', 'f32 or f16 for both; f32,f16 for A and B')
        .argParser(readTypes)
        .default(['f32', 'f32'], 'f32'),
    )
    .option('--bench', 'measure both by turns on this machine, at least ten runs each: medians with intervals')
    .option('--samples <count>', 'with --bench: runs of each that are enough', wholeNumber)
    .addOption(deviceOption())
    .option('-o, --output <file>', 'write to this file and not to stdout')
    .addOption(rootOption())
    .addHelpText(
      'after',
      examplesAlone(
        'diff specs/swin-b.swin specs/swin-free-b.swin',
        'diff git:HEAD~1:specs/swin-b.swin specs/swin-b.swin --format html -o diff.html',
        'diff specs/swin-free-br-dr.swin#swin-free-b-br-dr10 specs/swin-free-br-dr.swin#swin-free-b-br-dr12 --all',
        'diff --sweep specs/paper.swin#table5 --format markdown',
        'diff specs/swin-t.swin specs/swin-t.swin --dtype f32,f16 --fail-on loadable',
      ) + notes,
    )
    .action(async (a: string | undefined, b: string | undefined, options: DiffOptions) => {
      const { diff } = await import('../diff.ts');
      ended(await diff([a, b], options));
    });
}

function levels(): string {
  return verdicts.map((verdict) => verdict.toLowerCase()).join(', ');
}

function readVerdict(text: string): Verdict {
  const found = verdicts.find((verdict) => verdict === text.toUpperCase());
  if (found === undefined) throw new InvalidArgumentError(`It is one of ${levels()}.`);
  return found;
}

function readTypes(text: string): readonly [ElementType, ElementType] {
  const [a, b = a, ...rest] = text.split(',');
  if (isType(a) && isType(b) && rest.length === 0) return [a, b];
  throw new InvalidArgumentError('It is f32, f16, or one for each model, such as f32,f16.');
}

function isType(text: string | undefined): text is ElementType {
  return text === 'f32' || text === 'f16';
}
