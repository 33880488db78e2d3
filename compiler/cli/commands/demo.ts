import type { Command } from 'commander';
import type { Ended } from './options.ts';

export function addDemo(program: Command, ended: Ended): void {
  program
    .command('demo')
    .description('compile a model of this checkout and run it on a photograph')
    .action(async () => {
      const { demo } = await import('../demo.ts');
      ended(await demo());
    });
}
