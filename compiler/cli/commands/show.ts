import type { Command } from 'commander';
import type { ShowOptions } from '../show.ts';
import { type Ended, examplesOf, formatOption, rootOption, specArgument } from './options.ts';

export function addShow(program: Command, ended: Ended): void {
  program
    .command('show')
    .description("print a model's stages, windows, parameters and multiply-accumulates")
    .argument('<spec>', specArgument)
    .addOption(formatOption())
    .addOption(rootOption())
    .addHelpText('after', examplesOf('show specs/swin-b.swin', 'show models.swin#tiny --format json'))
    .action(async (spec: string, options: ShowOptions) => {
      const { show } = await import('../show.ts');
      ended(await show(spec, options));
    });
}
