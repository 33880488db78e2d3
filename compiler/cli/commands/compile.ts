import { type Command, Option } from 'commander';
import type { CompileOptions } from '../compile.ts';
import { dtypeOption, type Ended, examplesOf, passOption, rootOption, specArgument, weightsOption } from './options.ts';

export function addCompile(program: Command, ended: Ended): void {
  const examples = [
    'compile specs/swin-b.swin -o out/swin-b --weights swin-b.safetensors --dtype f16',
    'compile specs/swin-b.swin -o out/swin-b --explain',
    'compile specs/swin-b.swin --emit plan > plan.json',
  ];
  program
    .command('compile')
    .description('write a package that runs by itself, in Node and in browsers')
    .argument('<spec>', specArgument)
    .option('-o, --output <folder>', 'the folder to write, or to replace where swinc wrote it before')
    .addOption(weightsOption())
    .addOption(dtypeOption().default('f32'))
    .option('--tuning <file...>', 'tables that `tune -o` wrote, for the package to choose its kernels by')
    .option('--explain', 'print every rewrite with its law, its places and what it saves')
    .addOption(new Option('--emit <what>', 'print this and write no package').choices(['graph', 'plan', 'wgsl']))
    .addOption(passOption())
    .addOption(rootOption())
    .addHelpText('after', examplesOf(...examples))
    .action(async (spec: string, options: CompileOptions) => {
      const { compile } = await import('../compile.ts');
      ended(await compile(spec, options));
    });
}
