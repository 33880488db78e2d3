import type { Command } from 'commander';
import type { CheckOptions } from '../check.ts';
import { type Ended, examplesOf, formatOption, rootOption } from './options.ts';

export function addCheck(program: Command, ended: Ended): void {
  program
    .command('check')
    .description('check specs and print every finding')
    .argument('<file...>', 'the .swin files to check')
    .addOption(formatOption())
    .addOption(rootOption())
    .addHelpText('after', examplesOf('check model.swin', 'check specs/*.swin --format json'))
    .action(async (files: readonly string[], options: CheckOptions) => {
      const { check } = await import('../check.ts');
      ended(await check(files, options));
    });
}
