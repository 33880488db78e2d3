import { type Command, Option } from 'commander';
import type { ExportOptions } from '../export.ts';
import { exportTargets } from '../export-targets.ts';
import { dtypeOption, type Ended, examplesOf, rootOption, specArgument, weightsOption } from './options.ts';

const notes = `
Targets:
  onnx    one file, IR 8 and operator set 17: \`pixel_values\` [batch, channels, height, width] to \`logits\`, and
          \`features_N\` where the spec asks for them; over 1.9 GB the tensors go into a file beside it
  triton  a model repository, NAME/1/model.onnx and NAME/config.pbtxt; of this the format alone has been checked`;

export function addExport(program: Command, ended: Ended): void {
  const examples = [
    'export specs/swin-t.swin --to onnx --weights swin-t.safetensors -o swin-t.onnx',
    'export specs/swin-free-b.swin --to onnx --dtype f16 -o swin-free-b.onnx',
    'export specs/swin-t.swin --to triton --weights swin-t.safetensors -o repository',
  ];
  program
    .command('export')
    .description('write a model for another engine')
    .argument('<spec>', specArgument)
    .addOption(new Option('--to <target>', 'the engine').choices(exportTargets).makeOptionMandatory())
    .requiredOption('-o, --output <path>', 'the file, or for triton the folder of the repository')
    .addOption(weightsOption())
    .addOption(dtypeOption().default('f32'))
    .addOption(rootOption())
    .addHelpText('after', `${notes}\n${examplesOf(...examples)}`)
    .action(async (spec: string, options: ExportOptions) => {
      const { exportModel } = await import('../export.ts');
      ended(await exportModel(spec, options));
    });
}
