import type { Command } from 'commander';
import type { FmtOptions } from '../fmt.ts';
import { type Ended, examplesOf, formatOption } from './options.ts';

const notes = `
There is one style and no option to it. Comments and single blank lines stay. A file with syntax errors is left as it is,
and its errors are printed. Exit code 1 means such errors, or with --check files that would change.`;

export function addFmt(program: Command, ended: Ended): void {
  program
    .command('fmt')
    .description('format specs in place and print which changed')
    .argument('<path...>', '.swin files, folders of them, or `-` to format the standard input to the standard output')
    .option('--check', 'write nothing, print what would change')
    .addOption(formatOption())
    .addHelpText('after', `${notes}\n${examplesOf('fmt specs', 'fmt --check specs model.swin', 'fmt - < model.swin')}`)
    .action(async (paths: readonly string[], options: FmtOptions) => {
      const { fmt } = await import('../fmt.ts');
      ended(await fmt(paths, options));
    });
}
