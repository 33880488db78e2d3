import type { Command } from 'commander';
import type { GitSetupOptions } from '../git-setup.ts';
import { type Ended, examplesOf } from './options.ts';

const notes = `
Hunks get the model, sweep, stage or case that they are in as a title, and git compares specs as \`swinc fmt\` writes them,
without comments, blank lines and columns: what only looks different is not shown. Git gives each side as a file without
neighbours, so that imports are not followed. A spec with errors is compared as it is. \`git diff --no-textconv\` shows the
texts; patches and merges always use them.

The line in .gitattributes is for everybody and wants to be committed; the settings are this clone's.`;

export function addGitSetup(program: Command, ended: Ended): void {
  program
    .command('git-setup')
    .description('let `git diff` in this repository show what changed in models')
    .option('--print', 'print the commands that would do it, and do nothing')
    .option('--remove', 'undo it')
    .addHelpText('after', `${notes}\n${examplesOf('git-setup', 'git-setup --print', 'git-setup --remove')}`)
    .action(async (options: GitSetupOptions) => {
      const { gitSetup } = await import('../git-setup.ts');
      ended(await gitSetup(options));
    });
}
