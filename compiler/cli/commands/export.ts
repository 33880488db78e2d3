import { type Command, Option } from 'commander';
import type { ExportOptions } from '../export.ts';
import { exportTargets } from '../export-targets.ts';
import { dtypeOption, type Ended, examplesOf, rootOption, specArgument, weightsOption } from './options.ts';

const layoutNames = ['microsoft', 'timm', 'torchvision', 'hf', 'openmmlab'];

export function addExport(program: Command, ended: Ended): void {
  const targets = Object.entries(exportTargets).map(([name, { summary }]) => `  ${name}: ${summary}`);
  const examples = [
    'export specs/swin-t.swin --to onnx --weights swin-t.safetensors -o swin-t.onnx',
    'export specs/swin-free-b.swin --to onnx --dtype f16 -o swin-free-b.onnx',
    'export specs/swin-t.swin --to triton --weights swin-t.safetensors -o repository',
    'export specs/swin-free-t.swin --to pytorch -o out/swin-free-t-pytorch',
    'export specs/swin-t.swin --to weights --layout timm --weights swin_t.pth -o swin-t.safetensors',
  ];
  program
    .command('export')
    .description('write a model for another engine, or its weights for another library')
    .argument('<spec>', specArgument)
    .addOption(new Option('--to <target>', 'what to write').choices(Object.keys(exportTargets)).makeOptionMandatory())
    .requiredOption('-o, --output <path>', 'the file, or for triton and pytorch the folder')
    .addOption(weightsOption())
    .addOption(dtypeOption().default('f32'))
    .addOption(new Option('--layout <layout>', 'whose names weights get').choices(layoutNames))
    .option('--force', 'replace files that say something else')
    .addOption(rootOption())
    .addHelpText('after', `\nTargets:\n${targets.join('\n')}\n${examplesOf(...examples)}`)
    .action(async (spec: string, options: ExportOptions) => {
      const { exportModel } = await import('../export.ts');
      ended(await exportModel(spec, options));
    });
}
