import type { Command } from 'commander';
import type { ProfileOptions } from '../profile/profile.ts';
import {
  deviceOption,
  dtypeOption,
  type Ended,
  examplesOf,
  formatOption,
  passOption,
  rootOption,
  specArgument,
  wholeNumber,
} from './options.ts';

const notes = `
Weights and input are synthetic: times do not depend on them. Each dispatch runs in a compute pass of its own between two
timestamps of the GPU; where the device has none, each is submitted alone and the program's clock is read.

--eager runs every node of the papers' drawing as a dispatch, beside the compiled model and by turns with it. --no-pass
does the same without some passes; \`swinc compile --explain\` says what each does.`;

export function addProfile(program: Command, ended: Ended): void {
  program
    .command('profile')
    .description("what a model's time goes into, by kind of op and by kernel")
    .argument('<spec>', specArgument)
    .option('--batch <count>', 'images in a run', wholeNumber, 1)
    .addOption(dtypeOption().default('f32'))
    .option('--eager', 'also node by node, with no pass at all')
    .addOption(passOption())
    .option('--samples <count>', 'runs that are measured (default: what fits 20 s, 3 to 10)', wholeNumber)
    .addOption(deviceOption())
    .addOption(formatOption('markdown'))
    .option('--trace <file>', 'also write the dispatches of a run as a trace, for chrome://tracing')
    .addOption(rootOption())
    .addHelpText(
      'after',
      `${notes}\n${examplesOf(
        'profile specs/swin-b.swin --dtype f16',
        'profile specs/swin-t.swin --eager --trace swin-t.json',
        'profile specs/swin-t.swin --no-pass fuse-epilogues --batch 8',
      )}`,
    )
    .action(async (spec: string, options: ProfileOptions) => {
      const { profile } = await import('../profile/profile.ts');
      ended(await profile(spec, options));
    });
}
