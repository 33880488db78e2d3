import type { Command } from 'commander';
import type { ExplainOptions } from '../explain-field.ts';
import { type Ended, examplesOf, formatOption, rootOption, specArgument } from './options.ts';

export function addExplain(program: Command, ended: Ended): void {
  const examples = [
    'explain specs/swin-free-b.swin window',
    'explain specs/swin-free-br-dr.swin#swin-free-b-br-dr12 stage 3.depth',
    'explain specs/swin-b.swin --format json',
  ];
  program
    .command('explain')
    .description('print where the value of a field comes from, line by line')
    .argument('<spec>', specArgument)
    .argument('[field...]', 'a field, such as merge.norm, or one of a stage: stage 3.depth (default: all of them)')
    .addOption(formatOption())
    .addOption(rootOption())
    .addHelpText('after', examplesOf(...examples))
    .action(async (spec: string, field: readonly string[], options: ExplainOptions) => {
      const { explainField } = await import('../explain-field.ts');
      ended(await explainField(spec, field, options));
    });
}
