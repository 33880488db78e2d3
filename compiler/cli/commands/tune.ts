import type { Command } from 'commander';
import type { TuneOptions } from '../tune.ts';
import {
  batchesOption,
  deviceOption,
  dtypeOption,
  type Ended,
  examplesOf,
  formatOption,
  rootOption,
  specArgument,
} from './options.ts';

const tuneNotes = `
A dispatch has several kernels that can serve it. This measures all of them for each distinct dispatch of the model, on
the adapter of this machine, and keeps the choices in the cache folder ($XDG_CACHE_HOME/swinc/tuning), where \`run\` and
the other commands that run a spec find them; with -o in a file, which \`compile --tuning FILE\` writes into a package.
A table counts for adapters of the same vendor, architecture and device alone. Without one, a rule of thumb decides.`;

export function addTune(program: Command, ended: Ended): void {
  const examples = ['tune specs/swin-b.swin --batch 1,8', 'tune specs/swin-b.swin --dtype f16 -o h100.json'];
  program
    .command('tune')
    .description('measure which kernels serve a model best on this adapter')
    .argument('<spec>', specArgument)
    .addOption(batchesOption())
    .addOption(dtypeOption().default('f32'))
    .option('-o, --output <file>', 'the table to write or to add to, in place of the one in the cache folder')
    .addOption(deviceOption())
    .addOption(formatOption())
    .addOption(rootOption())
    .addHelpText('after', `${tuneNotes}\n${examplesOf(...examples)}`)
    .action(async (spec: string, options: TuneOptions) => {
      const { tune } = await import('../tune.ts');
      ended(await tune(spec, options));
    });
}
