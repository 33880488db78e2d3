/** `swinc show`: what a model is made of, and what it costs; of a sweep, a line for each variant. */
import { planModel } from '../compile.ts';
import type { Model } from '../model/model.ts';
import { reportOf } from '../report/report.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { type LoadedSweep, loadTarget, type RootOption } from './load-model.ts';
import { createProgress, writeData } from './output.ts';
import { type Description, describe } from './show-description.ts';
import { modelPrinters } from './show-model.ts';
import type { AskedAdapter } from './show-notes.ts';
import { describeVariant, sweepPrinters } from './show-sweep.ts';

export type ShowFormat = 'text' | 'json' | 'markdown' | 'csv';

export interface ShowOptions extends RootOption {
  readonly format: ShowFormat;
  /** Whether to ask WebGPU for its adapter, and hold the model against its limits. */
  readonly adapter?: true;
}

export async function show(spec: string, options: ShowOptions): Promise<ExitCode> {
  const target = loadTarget(spec, options);
  if (target === undefined) return exitCodes.findings;
  const asked = options.adapter ? await askAdapter() : undefined;
  if (asked !== undefined && 'ended' in asked) return asked.ended;
  if (target.kind === 'model') {
    target.spec.warnings.print();
    await writeData(modelPrinters[options.format]({ description: measured(target.spec.model), adapter: asked }));
  } else {
    target.sweep.warnings.print();
    await writeData(sweepPrinters[options.format]({ ...measuredSweep(target.sweep), adapter: asked }));
  }
  return exitCodes.fine;
}

const measured = (model: Model): Description =>
  describe(model, reportOf(model, planModel(model, { elementType: 'f32' })));

function measuredSweep({ sweep, base, variants }: LoadedSweep) {
  const progress = createProgress();
  const described = variants.map(({ resolved, model }, index) => {
    progress.show(`measuring variant ${index + 1} of ${variants.length}`);
    return describeVariant(resolved, measured(model));
  });
  progress.clear();
  return { sweep: sweep.name, base: base.model.name, variants: described };
}

/** The adapter's limits, or the code that a second process ended with: it has printed them. */
async function askAdapter(): Promise<AskedAdapter | { readonly ended: ExitCode }> {
  const { findAdapter } = await import('./adapter.ts');
  const found = await findAdapter('auto', { robust: true });
  if ('ended' in found) return found;
  const { vendor, device, description } = found.adapter.info;
  const { maxComputeWorkgroupStorageSize } = found.adapter.limits;
  return { class: found.class, vendor, device, description, maxComputeWorkgroupStorageSize };
}
