import { type Command, Option } from 'commander';
import type { ResolveOptions } from '../resolve.ts';
import { type Ended, examplesOf, formatOption, rootOption, specArgument } from './options.ts';

const notes = `
The canonical text is flattened and has every default filled in; each value has one spelling. Two specs that set the
same fields, in whichever way, have the same text, so that its SHA-256 identifies a model. Documentation and assertions
are left out: they say something about a model and nothing of what it is.`;

export function addResolve(program: Command, ended: Ended): void {
  const examples = [
    'resolve specs/swin-free-b.swin > flat.swin',
    'resolve specs/swin-free-br.swin#swin-free-t-br --hash',
    'resolve specs/swin-b.swin --format json',
  ];
  program
    .command('resolve')
    .description('print the flattened, standalone spec of a model')
    .argument('<spec>', specArgument)
    .addOption(new Option('--hash', "print only the text's SHA-256").conflicts('format'))
    .addOption(formatOption())
    .addOption(rootOption())
    .addHelpText('after', `${notes}\n${examplesOf(...examples)}`)
    .action(async (spec: string, options: ResolveOptions) => {
      const { resolve } = await import('../resolve.ts');
      ended(await resolve(spec, options));
    });
}
