import type { Command } from 'commander';
import type { Ended } from './options.ts';

export function addDemo(program: Command, ended: Ended): void {
  program
    .command('demo')
    .description('compile the trained model of this checkout and classify pictures that its training never saw')
    .option('--photograph', 'run a model of the size of the papers instead, with synthetic weights, on a photograph')
    .action(async (options: { readonly photograph?: true }) => {
      const demo = options.photograph
        ? (await import('../demo-photograph.ts')).demoPhotograph
        : (await import('../demo.ts')).demo;
      ended(await demo());
    });
}
