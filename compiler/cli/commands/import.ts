import type { Command } from 'commander';
import type { ImportOptions } from '../import.ts';
import { dtypeOption, type Ended, examplesOf, formatOption, rootOption } from './options.ts';

const notes = `
The layout is recognised from the keys: microsoft's (also the authors' Swin-Free), timm's before and since 0.9,
torchvision's, Hugging Face's and OpenMMLab's, of Swin and of Swin V2. Bias tables of another window are resized as
microsoft's code does it, unless --strict refuses that. Without -o, only the report is printed.

\`swinc run --weights\` and \`swinc compile --weights\` take the same files as they are.`;

export function addImport(program: Command, ended: Ended): void {
  program
    .command('import')
    .description('read a checkpoint of another library, and write its weights under the canonical names')
    .argument('<checkpoint>', 'a .safetensors or .pth file, or the .index.json of several')
    .requiredOption('--spec <spec>', 'the model that the weights are for: FILE or FILE#MODEL')
    .option('-o, --output <file>', 'the .safetensors file to write')
    .option('--strict', 'refuse bias tables of another window')
    .addOption(dtypeOption())
    .addOption(formatOption())
    .addOption(rootOption())
    .addHelpText(
      'after',
      `${notes}\n${examplesOf('import swin_t.safetensors --spec specs/swin-t.swin -o weights.safetensors')}`,
    )
    .action(async (checkpoint: string, options: ImportOptions) => {
      const { importWeights } = await import('../import.ts');
      ended(await importWeights(checkpoint, options));
    });
}
