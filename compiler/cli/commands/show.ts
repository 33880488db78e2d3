import type { Command } from 'commander';
import type { ShowOptions } from '../show.ts';
import { type Ended, examplesOf, formatOption, rootOption, specArgument } from './options.ts';

export function addShow(program: Command, ended: Ended): void {
  program
    .command('show')
    .description('print what a model is made of and what it costs, eagerly and as planned')
    .argument('<spec>', specArgument)
    .addOption(formatOption('markdown', 'csv'))
    .addOption(rootOption())
    .option('--adapter', 'ask WebGPU for its adapter, and hold workgroup memory against its limit')
    .addHelpText(
      'after',
      examplesOf(
        'show specs/swin-b.swin',
        'show models.swin#tiny --format json',
        'show specs/swin-t.swin --format markdown',
      ),
    )
    .action(async (spec: string, options: ShowOptions) => {
      const { show } = await import('../show.ts');
      ended(await show(spec, options));
    });
}
