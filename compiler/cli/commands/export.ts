import { type Command, Option } from 'commander';
import type { ExportOptions } from '../export.ts';
import { exportTargets } from '../export-targets.ts';
import { type Ended, examplesOf, rootOption, specArgument } from './options.ts';

export function addExport(program: Command, ended: Ended): void {
  const targets = Object.entries(exportTargets).map(([name, { summary }]) => `  ${name}: ${summary}`);
  program
    .command('export')
    .description('write a model for another engine')
    .argument('<spec>', specArgument)
    .addOption(new Option('--to <target>', 'what to write').choices(Object.keys(exportTargets)).makeOptionMandatory())
    .requiredOption('-o, --output <folder>', 'where to write it')
    .option('--force', 'replace files that say something else')
    .addOption(rootOption())
    .addHelpText(
      'after',
      `\nTargets:\n${targets.join('\n')}\n${examplesOf('export specs/swin-free-t.swin --to pytorch -o out/swin-free-t-pytorch')}`,
    )
    .action(async (spec: string, options: ExportOptions) => {
      const { exportModel } = await import('../export.ts');
      ended(await exportModel(spec, options));
    });
}
