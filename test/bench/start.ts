/**
 * How long whole processes of the command take, and how much memory:
 *
 *     npx tsx test/bench/start.ts [RUNS] [ADAPTER]
 *
 * The commands run in turn, RUNS times (5) after one that is not counted; the table has medians of the time on the clock
 * and of the processor's, and the largest resident memory. What runs a model does so on a software adapter (lavapipe),
 * whose device memory is in the process. `beyond` is what a command takes more than the one that it is held against:
 * Node alone, or the same of a micro model and as much again as the file of the weights. `npm run build` comes first.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { buildGraph } from '../../compiler/build/build.ts';
import { parametersOf } from '../../compiler/weights/parameters.ts';
import { syntheticTensor } from '../../compiler/weights/synthetic.ts';
import { fromFloat32, safetensorsPieces, type Tensor } from '../../runtime/safetensors.ts';
import { adapterEnvironment, isAdapterName } from '../support/adapters.ts';
import { specModel } from '../support/model.ts';

const [runs = '5', adapter = 'lavapipe'] = process.argv.slice(2);
if (!isAdapterName(adapter)) throw new Error(`there is no adapter ${adapter}`);
const environment = await adapterEnvironment(adapter);
const root = join(import.meta.dirname, '../..');
const folder = join(root, 'out/bench-start');
const command = join(root, 'dist/swinc.mjs');
const [micro, large] = ['specs/micro/micro-swin.swin', 'specs/swin-b.swin'];

interface Row {
  readonly name: string;
  readonly parameters: readonly string[];
  /** What the row is held against, and which file's size is its due. */
  readonly against?: string;
  readonly file?: string;
}

const at = (name: string): string => join(folder, name);
const swinc = (...parameters: readonly string[]): readonly string[] => [command, ...parameters];
const input = ['--input', 'synthetic', '--device', 'webgpu'];
const node = 'node -e 0';

const rows: readonly Row[] = [
  { name: node, parameters: ['-e', '0'] },
  { name: 'check', parameters: swinc('check', large), against: node },
  { name: 'compile --emit plan', parameters: swinc('compile', large, '--emit', 'plan'), against: node },
  { name: 'compile, micro', parameters: swinc('compile', micro, '-o', at('micro')), against: node },
  { name: 'compile', parameters: swinc('compile', large, '-o', at('large')), against: node },
  { name: 'run PACKAGE, micro', parameters: swinc('run', at('micro'), ...input) },
  {
    name: 'run PACKAGE',
    parameters: swinc('run', at('large'), ...input),
    against: 'run PACKAGE, micro',
    file: at('large/weights.safetensors'),
  },
  {
    name: 'run SPEC --weights, micro',
    parameters: swinc('run', micro, '--weights', at('micro.safetensors'), ...input),
  },
  {
    name: 'run SPEC --weights',
    parameters: swinc('run', large, '--weights', at('large.safetensors'), ...input),
    against: 'run SPEC --weights, micro',
    file: at('large.safetensors'),
  },
];

/** A checkpoint in float32, tensor by tensor. */
async function writeCheckpoint(spec: string, path: string): Promise<void> {
  const tensors = parametersOf(buildGraph(specModel(spec.replace('specs/', '')))).map(({ name, shape }) => {
    const tensor: Tensor = {
      dtype: 'F32',
      shape,
      get data() {
        return fromFloat32(syntheticTensor(name, shape, 1), shape, 'F32').data;
      },
    };
    return [name, tensor] as const;
  });
  const file = await open(path, 'w');
  for (const piece of safetensorsPieces(new Map(tensors)).pieces()) await file.writeFile(piece);
  await file.close();
}

interface Sample {
  readonly wall: number;
  readonly processor: number;
  /** In bytes. */
  readonly memory: number;
}

/** The process itself says at its end what it took. */
const report = `data:text/javascript,${encodeURIComponent(
  'import { writeFileSync } from "node:fs"; process.on("exit", () => writeFileSync(process.env.SWINC_BENCH_REPORT, JSON.stringify(process.resourceUsage())));',
)}`;

async function sample({ parameters, name }: Row): Promise<Sample> {
  const path = at('report.json');
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', report, ...parameters], {
    cwd: root,
    env: { ...environment, SWINC_BENCH_REPORT: path },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const errors: Buffer[] = [];
  child.stderr.on('data', (piece: Buffer) => errors.push(piece));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const wall = performance.now() - start;
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${Buffer.concat(errors).toString()}`);
  const used: NodeJS.ResourceUsage = JSON.parse(readFileSync(path, 'utf8'));
  return { wall, processor: (used.userCPUTime + used.systemCPUTime) / 1000, memory: used.maxRSS * 1024 };
}

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
await writeCheckpoint(micro, at('micro.safetensors'));
await writeCheckpoint(large, at('large.safetensors'));
const samples = new Map<string, Sample[]>(rows.map(({ name }) => [name, []]));
for (let run = 0; run <= Number(runs); run++) {
  for (const row of rows) {
    const taken = await sample(row);
    if (run > 0) samples.get(row.name)?.push(taken);
  }
}
const figure = (name: string, of: keyof Sample): number => medianOf((samples.get(name) ?? []).map((each) => each[of]));

for (const { name, against, file } of rows) {
  const [wall, processor, memory] = [figure(name, 'wall'), figure(name, 'processor'), figure(name, 'memory')];
  const size = file === undefined ? 0 : statSync(file).size;
  const beyond =
    against === undefined
      ? ''
      : file === undefined
        ? `+${(wall - figure(against, 'wall')).toFixed(0)} ms`
        : `+${megabytes(memory - figure(against, 'memory') - size)} MB beside ${megabytes(size)} MB of weights`;
  const cells = [name, `${wall.toFixed(0)} ms`, `${processor.toFixed(0)} ms`, `${megabytes(memory)} MB`, beyond];
  console.log(cells.map((cell, index) => (index === 0 ? cell.padEnd(28) : cell.padStart(10))).join('  '));
}
rmSync(folder, { recursive: true, force: true });
