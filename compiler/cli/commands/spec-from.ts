import type { Command } from 'commander';
import type { SpecFromOptions } from '../spec-from.ts';
import { type Ended, examplesOf, formatOption } from './options.ts';

const notes = `
Files: a checkpoint as \`swinc import\` takes it, whose keys, shapes and buffers tell most of its model; a config.json of
timm's or Hugging Face's, or a config of microsoft's code (.yaml or .json); or a checkpoint and its config. What they leave
open is asked for and never guessed: the exit code is 2, and the flags that are missing are listed. Flags take what a
spec's fields take. On stderr stands where each field comes from. A spec that is written takes every tensor of the
checkpoint as it is, which has been tried.

How images are prepared is left to the library of the weights, unless a config of timm's says it or --set does.`;

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export function addSpecFrom(program: Command, ended: Ended): void {
  program
    .command('spec-from')
    .description('write the spec that a checkpoint or the config of another library implies')
    .argument('<file...>', 'a .safetensors or .pth file, or the .index.json of several; a config; or both')
    .option('-o, --output <file>', 'the .swin file to write; without it, the spec goes to stdout')
    .option('--name <name>', "the model's name (default: the config's, else the file's)")
    .option('--input <size>', 'height and width of the images: 224, or 224x192')
    .option('--window <windows>', 'tokens a window: 7, or a list by stage such as "[7, 14, 14, 7]"')
    .option('--heads <list>', 'attention heads of each stage')
    .option('--shift <shifts>', 'whether every second block shifts: on, off, or a list by stage')
    .option('--act <activation>', 'gelu, relu, silu or "gelu(tanh)"')
    .option('--clamp <rule>', 'what becomes of windows larger than their grid: on, both, off or error')
    .option('--pad <rule>', 'what becomes of grids that windows do not divide: before-shift, after-shift or error')
    .option('--norm-placement <place>', 'pre, or post as in Swin V2')
    .option('--qkv-bias <rule>', 'on, off, or q-v as in Swin V2')
    .option('--pretrained-window <windows>', 'windows that a continuous position was trained with, or `same`')
    .option('--set <field=value>', 'any other field, or one of a stage: "stage 2.act=silu"; may be repeated', collect)
    .option('--force', 'replace a file that says something else')
    .addOption(formatOption())
    .addHelpText(
      'after',
      `${notes}\n${examplesOf(
        'spec-from config.json -o swin-t.swin',
        'spec-from model.safetensors config.json -o swin-t.swin',
        'spec-from swin_t.safetensors --input 224 --shift on --act gelu -o swin-t.swin',
        'import swin_t.safetensors --spec swin-t.swin -o weights.safetensors',
      )}`,
    )
    .action(async (files: readonly string[], options: SpecFromOptions) => {
      const { specFromFiles } = await import('../spec-from.ts');
      ended(await specFromFiles(files, options));
    });
}
