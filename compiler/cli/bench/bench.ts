/** `swinc bench`: how long models take, beside other engines on the same machine. */
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import packageJson from '../../../package.json' with { type: 'json' };
import type { ElementType } from '../../../runtime/plan.ts';
import { planModel } from '../../compile.ts';
import { reportOf } from '../../report/report.ts';
import { type DeviceOption, findAdapter } from '../adapter.ts';
import { type ExitCode, exitCodes, UsageError } from '../exit.ts';
import { type CountedModel, type LoadedTarget, loadTarget, type RootOption } from '../load-model.ts';
import { requireOnnxRuntime } from '../onnx-runtime.ts';
import { versionOf } from '../onnx-session.ts';
import { createProgress, say, writeData } from '../output.ts';
import { type PassOption, parsePasses } from '../pass-option.ts';
import { describe } from '../show-description.ts';
import { describeVariant } from '../show-sweep.ts';
import { statusOf } from '../spec-argument.ts';
import { type Peer, parsePeers } from './against.ts';
import { type BenchPlan, measureModel } from './measure.ts';
import { toPlot } from './plot.ts';
import type { BenchAdapter, BenchReport, Block } from './report.ts';
import type { Result } from './result.ts';
import { printMarkdown, printText, type Shown } from './text.ts';

export type BenchFormat = 'text' | 'json' | 'markdown' | 'svg';

export interface BenchOptions extends RootOption {
  readonly against?: string;
  readonly batch: readonly number[];
  readonly dtype: readonly ElementType[];
  readonly device: DeviceOption | 'cpu';
  readonly samples?: number;
  readonly lock?: string;
  readonly pass: PassOption;
  readonly format: BenchFormat;
}

export async function bench(specs: readonly string[], options: BenchOptions): Promise<ExitCode> {
  const { device, batch: batches, dtype: dtypes, samples, lock } = options;
  const without = parsePasses(options.pass);
  const peers = requireFiles(parsePeers(options.against, device === 'cpu' ? 'cpu' : 'webgpu'));
  const runtime = peers.length === 0 ? undefined : requireOnnxRuntime('--against');
  const targets = specs.map((spec) => loadTarget(spec, options));
  if (!targets.every((target) => target !== undefined)) return exitCodes.findings;
  const found = device === 'cpu' ? undefined : await findAdapter(device, { robust: false });
  if (found !== undefined && 'ended' in found) return found.ended;
  for (const target of targets) warningsOf(target).print();
  const progress = createProgress();
  const plan: BenchPlan = { gpu: found?.gpu, peers, runtime, batches, dtypes, samples, without, lock, progress };
  const measured = await measureTargets(targets, plan);
  const results = measured.blocks.flatMap(resultsOf);
  const versions = { ...ownVersions, ...(runtime && { onnxruntime: versionOf(runtime) }) };
  const report: BenchReport = {
    formatVersion: '1.0',
    adapter: measured.adapter ?? cpuAdapter(versions.onnxruntime ?? ''),
    host: { processor: processorName(), cores: cpus().length, platform: `${process.platform}-${process.arch}` },
    versions,
    date: new Date().toISOString(),
    command: ['swinc', ...process.argv.slice(2)].join(' '),
    results,
  };
  await writeData(printers[options.format]({ report, blocks: measured.blocks }));
  return exitCodes.fine;
}

/** A clock tells no more than a tenth of a microsecond. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toFixed(4)) : value;
}

const printers: Readonly<Record<BenchFormat, (shown: Shown) => string>> = {
  text: printText,
  markdown: printMarkdown,
  json: ({ report }) => JSON.stringify(report, rounded, 2),
  svg: ({ report }) => toPlot(report),
};

function requireFiles(peers: readonly Peer[]): readonly Peer[] {
  const missing = peers.find(({ file }) => file !== undefined && statusOf(file) === undefined);
  if (missing !== undefined) throw new UsageError(`--against ${missing.name}: there is no file ${missing.file}`);
  return peers;
}

const warningsOf = (target: LoadedTarget) => (target.kind === 'model' ? target.spec.warnings : target.sweep.warnings);

const resultsOf = (block: Block): readonly Result[] =>
  block.kind === 'model' ? block.results : block.variants.flatMap(({ results }) => results);

interface MeasuredTargets {
  readonly adapter: BenchAdapter | undefined;
  readonly blocks: readonly Block[];
}

async function measureTargets(targets: readonly LoadedTarget[], plan: BenchPlan): Promise<MeasuredTargets> {
  let adapter: BenchAdapter | undefined;
  const blocks: Block[] = [];
  const measure = async (counted: CountedModel, name: string): Promise<readonly Result[]> => {
    const measured = await measureModel({ name, counted }, plan);
    adapter ??= measured.adapter && adapterOf(measured.adapter);
    for (const { engine, dtype, batch, medianMs, samples } of measured.results) {
      say(`${name}, ${dtype}, batch ${batch}: ${engine} ${medianMs.toFixed(2)} ms, the median of ${samples} runs`);
    }
    return measured.results;
  };
  for (const target of targets) blocks.push(await measureTarget(target, measure));
  return { adapter, blocks };
}

async function measureTarget(
  target: LoadedTarget,
  measure: (counted: CountedModel, name: string) => Promise<readonly Result[]>,
): Promise<Block> {
  if (target.kind === 'model') {
    return { kind: 'model', results: await measure(target.spec, target.spec.model.name) };
  }
  const { sweep, base, variants } = target.sweep;
  const benched = [];
  for (const { resolved, model, figures } of variants) {
    const description = describe(model, reportOf(model, planModel(model, { elementType: 'f32' })));
    const variant = describeVariant(resolved, description);
    const results = await measure({ resolved, model, figures }, `${sweep.name}[${variant.label}]`);
    benched.push({ ...variant, results });
  }
  return { kind: 'sweep', sweep: sweep.name, base: base.model.name, variants: benched };
}

const adapterOf = ({ vendor, architecture, device, description, class: name }: BenchAdapter): BenchAdapter => ({
  vendor,
  architecture,
  device,
  description,
  class: name,
});

function cpuAdapter(version: string): BenchAdapter {
  const description = `ONNX Runtime ${version}, its CPU provider, on ${processorName()}`;
  return { vendor: '', architecture: process.arch, device: '', description, class: 'cpu' };
}

function installedVersion(name: string): string | undefined {
  try {
    const manifest: unknown = createRequire(import.meta.url)(`${name}/package.json`);
    const found =
      typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
    return typeof found === 'string' ? found : undefined;
  } catch {
    return undefined;
  }
}

const processorName = (): string => cpus()[0]?.model ?? 'a processor without a name';

const ownVersions = {
  swinc: packageJson.version,
  node: process.version,
  webgpu: installedVersion('webgpu') ?? packageJson.dependencies.webgpu,
};
