/**
 * Runs every `*.test.ts`, or those whose path contains one of the arguments, each in a process of its own, and ends
 * with the line `N passed, N failed`. `--full` adds full-size models and more mutations.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Job, planJobs, testFiles } from './support/jobs.ts';
import { type Ending, excerpt, judge, type Outcome } from './support/summary.ts';

const fullFlag = '--full';
/** A full run has a dozen models of a hundred megabytes in one file. */
const minutesPerFile = { normal: 10, full: 60 };

await main(process.argv.slice(2));

async function main(parameters: readonly string[]): Promise<void> {
  const isFull = parameters.includes(fullFlag) || process.env['SWINC_FULL'] === '1';
  if (isFull) process.env['SWINC_FULL'] = '1';
  const filters = parameters.filter((parameter) => parameter !== fullFlag);
  const files = testFiles(import.meta.dirname, filters);
  if (files.length === 0) return finish([failure(`no test file's path contains ${filters.join(' or ')}`)]);
  const minutes = isFull ? minutesPerFile.full : minutesPerFile.normal;
  try {
    finish(await runAll(await planJobs(files), minutes));
  } catch (error) {
    finish([failure(error instanceof Error ? error.message : String(error))]);
  }
}

function failure(sentence: string): Outcome {
  console.log(sentence);
  return { passed: 0, failed: 1, reason: sentence };
}

function finish(outcomes: readonly Outcome[]): void {
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

async function runAll(jobs: readonly Job[], minutes: number): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = [...jobs];
  const worker = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) outcomes.push(await run(job, minutes));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return outcomes;
}

async function run(job: Job, minutes: number): Promise<Outcome> {
  const start = performance.now();
  const ending = await runProcess(job, minutes * 60_000);
  const outcome = judge(ending);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const name = job.adapter === null ? job.file : `${job.file} on ${job.adapter}`;
  const counts = `${outcome.passed} passed${outcome.failed > 0 ? `, ${outcome.failed} failed` : ''}`;
  console.log(`${outcome.failed > 0 ? 'FAIL' : 'ok  '} ${name}: ${counts}, ${seconds} s`);
  if (outcome.reason !== null) console.log(`     ${name} ${outcome.reason}`);
  if (outcome.failed > 0) console.log(excerpt(ending.output));
  return outcome;
}

function runProcess(job: Job, milliseconds: number): Promise<Ending> {
  const preloads = ['tsx', ...(job.adapter === null ? [] : [sibling('support/sentinel.ts')])];
  const child = spawn(
    process.execPath,
    [...preloads.flatMap((module) => ['--import', module]), join(import.meta.dirname, job.file)],
    {
      cwd: join(import.meta.dirname, '..'),
      env: { ...job.environment, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
    // What it started may live on and hold the pipes open.
    child.stdout.destroy();
    child.stderr.destroy();
  }, milliseconds);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer);
      resolve({ output: Buffer.concat(output).toString('utf8'), exitCode, signal, timedOut });
    });
  });
}

function sibling(path: string): string {
  return pathToFileURL(join(import.meta.dirname, path)).href;
}
