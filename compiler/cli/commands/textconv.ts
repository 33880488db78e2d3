import type { Command } from 'commander';
import type { Ended } from './options.ts';

/** For git alone, which `git-setup` tells of it. */
export function addTextconv(program: Command, ended: Ended): void {
  program
    .command('textconv', { hidden: true })
    .description('print a spec as `git diff` compares it: formatted, without comments, blank lines and columns')
    .argument('<file>', 'a .swin file, or what git made of one')
    .action(async (file: string) => {
      const { textconv } = await import('../textconv.ts');
      ended(await textconv(file));
    });
}
