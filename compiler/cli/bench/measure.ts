/** Measures one model: every type of element, every batch, every engine. */
import type { InferenceSession } from 'onnxruntime-node';
import type { AdapterRecord, OpenDevice } from '../../../runtime/device.ts';
import type { ElementType } from '../../../runtime/plan.ts';
import type { RunProfile } from '../../../runtime/profile.ts';
import { type Compiled, planModel, withWeights } from '../../compile.ts';
import type { PassNames } from '../../passes/index.ts';
import { syntheticParameters } from '../../weights/parameters.ts';
import { syntheticInput } from '../../weights/synthetic.ts';
import type { CountedModel } from '../load-model.ts';
import { openOnnx } from '../onnx-model.ts';
import type { OnnxRuntime } from '../onnx-runtime.ts';
import { externalFile, openSession } from '../onnx-session.ts';
import { type Progress, say } from '../output.ts';
import { openSharedDevice } from '../shared-device.ts';
import type { Peer } from './against.ts';
import type { Engine } from './engine.ts';
import { disagreements } from './guard.ts';
import { holdLock } from './hold-lock.ts';
import { type ImageShape, onnxEngine, sessionOptions } from './onnx-engine.ts';
import { type Measured, type Result, resultsOf } from './result.ts';
import { openSwinc } from './swinc-engine.ts';
import { type Sample, type Standing, takeTurns, warmMilliseconds } from './take-turns.ts';

export interface BenchPlan {
  /** Undefined where only the CPU is measured. */
  readonly gpu: GPU | undefined;
  readonly peers: readonly Peer[];
  /** Undefined without peers. */
  readonly runtime: OnnxRuntime | undefined;
  readonly batches: readonly number[];
  readonly dtypes: readonly ElementType[];
  readonly samples: number | undefined;
  readonly without: PassNames;
  /** A file that whoever measures holds. */
  readonly lock: string | undefined;
  readonly progress: Progress;
}

export interface ModelMeasurement {
  /** The adapter, where WebGPU ran. */
  readonly adapter: AdapterRecord | undefined;
  readonly results: readonly Result[];
}

/** A model under the name by which results are told apart. */
export interface NamedModel {
  readonly name: string;
  readonly counted: CountedModel;
}

export async function measureModel(named: NamedModel, plan: BenchPlan): Promise<ModelMeasurement> {
  const measurements: ModelMeasurement[] = [];
  for (const dtype of plan.dtypes) measurements.push(await measureType(named, dtype, plan));
  return {
    adapter: measurements.find(({ adapter }) => adapter !== undefined)?.adapter,
    results: measurements.flatMap(({ results }) => results),
  };
}

async function measureType(named: NamedModel, dtype: ElementType, plan: BenchPlan): Promise<ModelMeasurement> {
  const { model } = named.counted;
  const { gpu, without, progress } = plan;
  const planned = gpu && planModel(model, { elementType: dtype, without });
  const opened = gpu && planned && (await openSharedDevice(gpu, [planned.plan]));
  const compiled = planned && withWeights(planned, syntheticParameters(1));
  const sessions = await openSessions(named, dtype, plan);
  try {
    const results: Result[] = [];
    for (const batch of plan.batches) {
      const own = compiled && opened && { compiled, opened };
      results.push(...(await measureBatch({ named, dtype, batch, own, sessions }, plan)));
    }
    return { adapter: opened?.adapter, results };
  } finally {
    progress.clear();
    for (const { session } of sessions) await session.release();
    opened?.device.destroy();
  }
}

interface OpenSession {
  readonly peer: Peer;
  readonly session: InferenceSession;
}

/** Peers run what `swinc export` writes, with the same synthetic weights, or a file as it is. */
async function openSessions(
  { name, counted }: NamedModel,
  dtype: ElementType,
  { peers, runtime, progress }: BenchPlan,
): Promise<readonly OpenSession[]> {
  const sessions: OpenSession[] = [];
  if (runtime === undefined) return sessions;
  const { model, resolved } = counted;
  const spec = { model, resolved, documentation: resolved.documentation };
  const weights = { kind: 'synthetic', gain: 1 } as const;
  for (const peer of peers) {
    progress.show(`opening ${name} for ${peer.name}`);
    const options = sessionOptions[peer.provider];
    const session =
      peer.file === undefined
        ? await openSession(runtime, await openOnnx(spec, { weights, elementType: dtype, externalFile }), options)
        : await runtime.InferenceSession.create(peer.file, options);
    sessions.push({ peer, session });
  }
  return sessions;
}

interface Site {
  readonly named: NamedModel;
  readonly dtype: ElementType;
  readonly batch: number;
  readonly own: { readonly compiled: Compiled; readonly opened: OpenDevice } | undefined;
  readonly sessions: readonly OpenSession[];
}

async function measureBatch(site: Site, plan: BenchPlan): Promise<readonly Result[]> {
  const { named, dtype, batch } = site;
  const { model, figures } = named.counted;
  const { channels, height, width } = model.input;
  const engines = await openEngines(site, [channels, height, width], plan);
  try {
    const input = syntheticInput([batch, channels, height, width]);
    const title = `${named.name}, ${dtype}, batch ${batch}`;
    if (plan.lock !== undefined) plan.progress.show(`${title}: waiting for ${plan.lock}`);
    const measured = await holdLock(plan.lock, () => measureEngines(engines, input, { dtype, title }, plan));
    return resultsOf({ model: named.name, macs: figures.macs, parameters: figures.params, batch, dtype }, measured);
  } finally {
    for (const { dispose } of engines) await dispose();
  }
}

async function measureEngines(
  engines: readonly Engine[],
  input: Float32Array,
  { dtype, title }: Omit<Warming, 'progress'>,
  { samples: asked, progress }: BenchPlan,
): Promise<readonly Measured[]> {
  await warmUp(engines, input, { dtype, title, progress });
  const samples = await takeTurns(
    engines.map(
      ({ run }) =>
        () =>
          run(input),
    ),
    { isEnough: enoughOf(asked), onRound: (count) => progress.show(`${title}: measured ${count} runs`) },
  );
  return Promise.all(engines.map((engine, index) => measuredOf(engine, samples[index] ?? [], input)));
}

async function openEngines(
  { batch, own, sessions }: Site,
  image: ImageShape,
  { progress, runtime }: BenchPlan,
): Promise<readonly Engine[]> {
  const peers =
    runtime === undefined ? [] : sessions.map(({ peer, session }) => onnxEngine(runtime, session, peer, image));
  if (own === undefined) return peers;
  return [await openSwinc(own.compiled, { opened: own.opened, batch, progress }), ...peers];
}

interface Warming {
  readonly dtype: ElementType;
  readonly title: string;
  readonly progress: Progress;
}

/** An engine that is slow even at its first runs, which compile kernels, is not asked for more of them. */
const warmUps = { fewest: 3, milliseconds: warmMilliseconds, longest: 10_000 };

async function warmUp(engines: readonly Engine[], input: Float32Array, warming: Warming): Promise<void> {
  const { dtype, title, progress } = warming;
  const answers: { engine: string; logits: Float32Array }[] = [];
  for (const { name, run } of engines) {
    progress.show(`${title}: warming up ${name}`);
    const start = performance.now();
    answers.push({ engine: name, logits: await run(input) });
    const spent = (): number => performance.now() - start;
    for (let runs = 1; spent() < (runs < warmUps.fewest ? warmUps.longest : warmUps.milliseconds); runs++)
      await run(input);
  }
  const said = disagreements(answers, dtype);
  if (said.length > 0) progress.clear();
  for (const sentence of said) say(`swinc: ${title}: ${sentence}`);
}

/** Of each engine: samples of which the slowest need no more, and the fastest have time for many. */
const enough = { fewest: 3, usual: 10, most: 100, milliseconds: 120_000, quickMilliseconds: 2000 };

const enoughOf =
  (asked: number | undefined) =>
  ({ samples, spent }: Standing): boolean => {
    if (asked !== undefined) return samples >= asked;
    if (samples >= enough.most) return true;
    const isLate = spent >= (samples < enough.usual ? enough.milliseconds : enough.quickMilliseconds);
    return samples >= enough.fewest && isLate;
  };

/** Runs under the GPU's timestamps are no samples: writing timestamps takes time too. */
async function measuredOf(engine: Engine, samples: readonly Sample[], input: Float32Array): Promise<Measured> {
  const spent = samples.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / Math.max(samples.length, 1);
  const times = Math.min(samples.length, spent > 1000 ? enough.fewest : enough.usual);
  const gpu: readonly RunProfile[] = engine.timestamps ? await engine.timestamps(input, times) : [];
  return { engine: engine.name, samples, gpu };
}
