/** `swinc profile`: what a model's time goes into, as compiled and with passes switched off. */
import { writeFile } from 'node:fs/promises';
import type { ElementType } from '../../../runtime/plan.ts';
import { type DeviceOption, findAdapter } from '../adapter.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { loadModel, type RootOption } from '../load-model.ts';
import { createProgress, say, writeData } from '../output.ts';
import { allPasses, type PassOption, parsePasses } from '../pass-option.ts';
import { measureVariants, type Variant } from './measure.ts';
import { printMarkdown, printText, type ShownProfile } from './text.ts';
import { toTrace } from './trace.ts';

export type ProfileFormat = 'text' | 'json' | 'markdown';

export interface ProfileOptions extends RootOption {
  readonly batch: number;
  readonly dtype: ElementType;
  readonly pass: PassOption;
  readonly eager?: true;
  readonly samples?: number;
  readonly device: DeviceOption;
  readonly format: ProfileFormat;
  readonly trace?: string;
}

export async function profile(argument: string, options: ProfileOptions): Promise<ExitCode> {
  const variants = variantsOf(options);
  const spec = loadModel(argument, options);
  if (spec === undefined) return exitCodes.findings;
  const found = await findAdapter(options.device, { robust: false });
  if ('ended' in found) return found.ended;
  spec.warnings.print();
  const { batch, dtype, samples, trace } = options;
  const measurement = await measureVariants(spec.model, variants, {
    gpu: found.gpu,
    batch,
    elementType: dtype,
    samples,
    progress: createProgress(),
  });
  if (trace !== undefined) {
    await writeFile(trace, toTrace(measurement.variants));
    say(`wrote ${trace}, for chrome://tracing or ui.perfetto.dev`);
  }
  await writeData(printers[options.format]({ model: spec.model.name, batch, dtype, ...measurement }));
  return exitCodes.fine;
}

/** What is compared comes first, the compiled model last. */
function variantsOf({ eager, pass }: ProfileOptions): readonly Variant[] {
  const without = parsePasses(pass);
  return [
    ...(eager ? [{ name: 'eager', without: allPasses }] : []),
    ...(without.length > 0 ? [{ name: `without ${without.join(', ')}`, without }] : []),
    { name: 'planned', without: [] },
  ];
}

const printers: Readonly<Record<ProfileFormat, (shown: ShownProfile) => string>> = {
  text: printText,
  markdown: printMarkdown,
  json: (shown) => JSON.stringify({ formatVersion: '1.0', ...shown }, null, 2),
};
