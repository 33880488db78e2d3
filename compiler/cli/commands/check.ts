import type { Command } from 'commander';
import type { CheckOptions } from '../check.ts';
import { type Ended, examplesOf, formatOption, rootOption } from './options.ts';

const notes = `
Formats: \`github\` prints workflow commands, with which GitHub Actions annotates the lines; \`sarif\` is SARIF 2.1.0 for
code scanning services. Paths in both start from the working folder.`;

export function addCheck(program: Command, ended: Ended): void {
  program
    .command('check')
    .description('check specs and print every finding')
    .argument('<file...>', '.swin files, or folders of them')
    .addOption(formatOption('github', 'sarif'))
    .addOption(rootOption())
    .addHelpText('after', `${notes}\n${examplesOf('check model.swin', 'check specs --format json')}`)
    .action(async (files: readonly string[], options: CheckOptions) => {
      const { check } = await import('../check.ts');
      ended(await check(files, options));
    });
}
