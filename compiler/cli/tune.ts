/** `swinc tune`: which kernels serve a model best on this adapter, measured and kept. */
import { openDevice } from '../../runtime/device.ts';
import { kernels } from '../../runtime/kernels/manifest.gen.ts';
import type { ElementType } from '../../runtime/plan.ts';
import { type TunedWork, tune as tuneOnDevice } from '../../runtime/tune.ts';
import type { TuningTable } from '../../runtime/tuning.ts';
import { planModel } from '../compile.ts';
import { type DeviceOption, findAdapter } from './adapter.ts';
import { describeAdapter } from './describe-adapter.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { loadModel, type RootOption } from './load-model.ts';
import { type Colours, coloursFor, createProgress, say, writeData } from './output.ts';
import { type Column, textTable } from './table.ts';
import { addToFile, cacheTable } from './tuning-files.ts';

export interface TuneOptions extends RootOption {
  readonly batch: readonly number[];
  readonly dtype: ElementType;
  readonly output?: string;
  readonly device: DeviceOption;
  readonly format: 'text' | 'json';
}

export async function tune(argument: string, options: TuneOptions): Promise<ExitCode> {
  const spec = loadModel(argument, options);
  if (spec === undefined) return exitCodes.findings;
  const found = await findAdapter(options.device, { robust: false });
  if ('ended' in found) return found.ended;
  spec.warnings.print();
  const { plan } = planModel(spec.model, { elementType: options.dtype });
  const { device, adapter } = await openDevice(found.gpu, plan, undefined, ['timestamp-query']);
  const progress = createProgress();
  try {
    const works: TunedWork[] = [];
    for (const batch of options.batch) {
      const onProgress = (done: number, total: number): void =>
        progress.show(`measuring kernels at batch ${batch}: ${done} of ${total} dispatches`);
      works.push(...(await tuneOnDevice(device, { plan, kernels, class: adapter.class, batch, onProgress })));
    }
    progress.clear();
    const { vendor, architecture, device: name, description } = adapter;
    const table: TuningTable = {
      formatVersion: '1.0',
      adapter: { vendor, architecture, device: name, description },
      entries: works.map(({ entry }) => entry),
    };
    await keep(table, options.output);
    const text = `${describeAdapter(adapter)}\n${worksText(works, coloursFor(process.stdout))}`;
    await writeData(options.format === 'json' ? JSON.stringify(table, null, 2) : text);
    return exitCodes.fine;
  } finally {
    progress.clear();
    device.destroy();
  }
}

async function keep(table: TuningTable, output: string | undefined): Promise<void> {
  if (output !== undefined) await addToFile(output, table);
  say(`wrote ${output ?? (await cacheTable(table))}: ${table.entries.length} entries`);
}

const timeOf = ({ entry }: TunedWork, choice: string): number => entry.milliseconds[choice] ?? 0;

const columns: readonly Column<TunedWork>[] = [
  { name: 'dispatch', align: 'left', cell: ({ entry }) => shortWork(entry.work) },
  { name: 'batch', cell: ({ entry }) => entry.batch },
  { name: 'count', cell: ({ dispatches }) => `${dispatches}` },
  { name: 'by the rule', align: 'left', cell: ({ heuristic }) => heuristic },
  { name: 'ms', cell: (work) => timeOf(work, work.heuristic).toFixed(3) },
  {
    name: 'fastest',
    align: 'left',
    cell: ({ entry, heuristic }) => (entry.choice === heuristic ? 'the same' : entry.choice),
  },
  { name: 'ms', cell: (work) => timeOf(work, work.entry.choice).toFixed(3) },
];

function worksText(works: readonly TunedWork[], colours: Colours): string {
  if (works.length === 0) return 'no dispatch of this model has more than one kernel for this adapter';
  const total = (choice: (work: TunedWork) => string): number =>
    works.reduce((sum, work) => sum + work.dispatches * timeOf(work, choice(work)), 0);
  const usual = total(({ heuristic }) => heuristic);
  const best = total(({ entry }) => entry.choice);
  const gain = ((1 - best / usual) * 100).toFixed(1);
  return `${textTable(columns, works, colours)}\n\nof these dispatches: ${usual.toFixed(2)} ms by the rule, ${best.toFixed(2)} ms tuned, ${gain} % less`;
}

/** The op and the sizes that tell its dispatches apart for people. */
function shortWork(work: string): string {
  const [op = '', ...constants] = work.split(' ');
  const value = (name: string): string => constants.find((text) => text.startsWith(`${name}=`))?.split('=')[1] ?? '';
  const sizes = op === 'linear' ? ['ROWS', 'K', 'N'] : ['HEIGHT', 'WIDTH', 'WINDOW_HEIGHT', 'WINDOW_WIDTH', 'HEADS'];
  return [op, sizes.map(value).filter(Boolean).join(' x ')].join(' ').trim();
}
