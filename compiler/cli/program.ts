/** The commands, a file each. What a command does is loaded when it is called, so that all of them start fast. */
import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { addBench } from './commands/bench.ts';
import { addCheck } from './commands/check.ts';
import { addCompile } from './commands/compile.ts';
import { addDemo } from './commands/demo.ts';
import { addDiff } from './commands/diff.ts';
import { addExplain } from './commands/explain.ts';
import { addExport } from './commands/export.ts';
import { addFmt } from './commands/fmt.ts';
import { addGitSetup } from './commands/git-setup.ts';
import { addImport } from './commands/import.ts';
import { type Ended, examplesOf } from './commands/options.ts';
import { addProfile } from './commands/profile.ts';
import { addResolve } from './commands/resolve.ts';
import { addRun } from './commands/run.ts';
import { addShow } from './commands/show.ts';
import { addSpecFrom } from './commands/spec-from.ts';
import { addTextconv } from './commands/textconv.ts';
import { addTune } from './commands/tune.ts';

/** In the order in which help lists them. */
const commands: readonly ((program: Command, ended: Ended) => void)[] = [
  addCheck,
  addFmt,
  addShow,
  addResolve,
  addExplain,
  addDiff,
  addSpecFrom,
  addImport,
  addCompile,
  addExport,
  addRun,
  addTune,
  addBench,
  addProfile,
  addDemo,
  addGitSetup,
  addTextconv,
];

export function createProgram(ended: Ended): Command {
  const program = new Command('swinc')
    .description('Compiles declarative specs of Swin-family vision transformers to WebGPU.')
    .version(packageJson.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showSuggestionAfterError()
    .showHelpAfterError('(--help says more)')
    .exitOverride();
  for (const add of commands) add(program, ended);
  return program.addHelpText(
    'after',
    examplesOf('check specs', 'fmt model.swin', 'show specs/swin-b.swin', ...runExamples),
  );
}

const runExamples = [
  'compile specs/swin-free-t.swin -o out/swin-free-t',
  'run out/swin-free-t --image photo.jpg --top 5',
  'run specs/swin-t.swin --weights synthetic --input synthetic --format json',
];
