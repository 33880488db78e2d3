/** `swinc spec-from`: the spec that a checkpoint or a config implies, or the flags that it needs. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { printDiagnostics } from '../../grammar/print-diagnostic.ts';
import type { Reading } from '../spec-from/fact.ts';
import { factsOfCheckpoint } from '../spec-from/from-checkpoint.ts';
import { factsOfConfig } from '../spec-from/from-config.ts';
import type { Question } from '../spec-from/questions.ts';
import { type SpecAnswer, specFrom } from '../spec-from/spec-from.ts';
import { draftFile } from '../spec-from/write-spec.ts';
import type { CheckpointFile } from '../weights/formats/open-checkpoint.ts';
import { isShardIndex } from '../weights/formats/sharded.ts';
import { aboutFile, type ExitCode, exitCodes, UsageError } from './exit.ts';
import { describeFile, describeSurprises } from './import-report.ts';
import { isColoured, say, writeData } from './output.ts';
import { readCheckpoint } from './read-checkpoint.ts';
import { statusOf } from './spec-argument.ts';
import { factsOfFlags, type SpecFromFlags } from './spec-from-flags.ts';
import { describeFacts, describeQuestions, toJson } from './spec-from-report.ts';

export interface SpecFromOptions extends SpecFromFlags {
  readonly output?: string;
  readonly name?: string;
  readonly force?: true;
  readonly format: 'text' | 'json';
}

interface Read extends Reading {
  readonly path: string;
  /** Undefined of a config. */
  readonly checkpoint: CheckpointFile | undefined;
}

export async function specFromFiles(paths: readonly string[], options: SpecFromOptions): Promise<ExitCode> {
  if (options.output === '') throw new UsageError('-o wants the name of a file, such as swin-t.swin');
  const flags = factsOfFlags(options);
  const reads: Read[] = [];
  for (const path of paths) reads.push(await readOne(path));
  const checkpoints = reads.filter(({ checkpoint }) => checkpoint !== undefined);
  if (checkpoints.length > 1)
    throw new UsageError('a spec is of one checkpoint: name one, and its config if there is one');
  const [{ checkpoint, path: weights } = { checkpoint: undefined, path: '' }] = checkpoints;
  const name = nameOf(reads, options);
  const files = reads.map(({ path, kind }) => `${basename(path)}, ${kind}`).join('; ');
  const said = [...flags.values()].map(({ from, text }) => `${from} ${text}`);
  // What a checkpoint says of its windows goes before what its config does.
  const ordered = [...reads].sort((first, second) => Number(!!first.checkpoint) - Number(!!second.checkpoint));
  const answer = aboutFile(weights === '' ? (paths[0] ?? '') : weights, () =>
    specFrom({
      name,
      readings: ordered,
      flags,
      tensors: checkpoint?.tensors,
      documentation: `From ${[files, ...said].join('; ')}.`,
    }),
  );
  if (checkpoint !== undefined) describeFile(checkpoint).forEach(say);
  return answer.kind === 'spec' ? await writeAnswer(name, answer, options) : await refuse(paths, answer, options);
}

async function readOne(path: string): Promise<Read> {
  const parse = configParser(path);
  if (parse === undefined) {
    const { file } = await readCheckpoint(path);
    return { ...aboutFile(path, () => factsOfCheckpoint(file.tensors)), path, checkpoint: file };
  }
  const text = await readFile(path, 'utf8');
  const config = await parse(text);
  return { ...aboutFile(path, () => factsOfConfig(config, basename(path))), path, checkpoint: undefined };
}

/** Undefined of what is no config by its name. */
function configParser(path: string): ((text: string) => Promise<unknown>) | undefined {
  const about = (read: () => unknown): unknown => aboutFile(path, read);
  if (/\.ya?ml$/.test(path)) {
    return async (text) => {
      const { parseYaml } = await import('./parse-yaml.ts');
      return about(() => parseYaml(text));
    };
  }
  if (!path.endsWith('.json') || isShardIndex(path)) return undefined;
  return async (text) => about(() => JSON.parse(text));
}

async function writeAnswer(
  name: string,
  answer: Extract<SpecAnswer, { kind: 'spec' }>,
  { output, force, format }: SpecFromOptions,
): Promise<ExitCode> {
  const { text, facts, report } = answer;
  if (format === 'text') describeFacts(facts).forEach(say);
  if (report !== undefined) describeSurprises(report).forEach(say);
  if (output !== undefined) await writeSpecFile(output, text, force === true);
  if (format === 'json') await writeData(toJson(name, facts, { text, questions: [] }));
  else if (output === undefined) await writeData(text);
  return exitCodes.fine;
}

/** A spec that somebody has edited since is not lost. */
async function writeSpecFile(output: string, text: string, mayReplace: boolean): Promise<void> {
  if (statusOf(output)?.isDirectory()) throw new UsageError(`${output} is a folder: name a file`);
  if (!mayReplace && statusOf(output) !== undefined && (await readFile(output, 'utf8')) !== text) {
    throw new UsageError(`${output} exists and says something else: --force replaces it`);
  }
  await writeFile(output, text);
  say(`wrote ${output}`);
}

async function refuse(
  paths: readonly string[],
  answer: Exclude<SpecAnswer, { kind: 'spec' }>,
  { format }: SpecFromOptions,
): Promise<ExitCode> {
  if (answer.kind === 'findings') {
    const { diagnostics, text } = answer;
    const read = (file: string): string | undefined => (file === draftFile ? text : undefined);
    say(printDiagnostics(diagnostics, { read, color: isColoured(process.stderr) }));
    throw new UsageError('what the files and flags say makes no model: put right what the lines above name');
  }
  const questions: readonly Question[] = answer.questions;
  if (format === 'json') await writeData(toJson(null, answer.facts, { text: null, questions }));
  else describeFacts(answer.facts).forEach(say);
  throw new UsageError(describeQuestions(paths, questions, process.argv.slice(2)));
}

/** Files of every model have these names. */
const everyones: readonly string[] = ['config', 'model', 'pytorch_model', 'weights', 'checkpoint', 'model.safetensors'];

function nameOf(reads: readonly Read[], { name }: SpecFromOptions): string {
  if (name !== undefined) {
    if (/^[A-Za-z_]\w*(?:-\w+)*$/.test(name)) return name;
    throw new UsageError(
      `--name ${name}: a name is letters, digits, _ and hyphens between them, and begins with a letter`,
    );
  }
  const told = reads.map((read) => read.name).find((each) => each !== undefined);
  const [path = ''] = reads.map((read) => read.path);
  const stem = basename(path, extname(path)).replace(/\.index$/, '');
  const known = everyones.includes(stem) ? basename(dirname(resolve(path))) : stem;
  const words = (told ?? known).split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const joined = words.join('-').toLowerCase();
  return /^[a-z]/.test(joined) ? joined : 'model';
}
