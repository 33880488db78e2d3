/** The commands and their options. What a command does is loaded when it is called, so that all of them start fast. */
import { Command, InvalidArgumentError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import type { CheckOptions } from './check.ts';
import type { CompileOptions } from './compile.ts';
import type { ExitCode } from './exit.ts';
import type { RunOptions } from './run.ts';
import type { ShowOptions } from './show.ts';

type Ended = (code: ExitCode) => void;

const specArgument = 'a .swin file, and which of its models where it has several: FILE#MODEL';

export function createProgram(ended: Ended): Command {
  const program = new Command('swinc')
    .description('Compiles declarative specs of Swin-family vision transformers to WebGPU.')
    .version(packageJson.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showSuggestionAfterError()
    .showHelpAfterError('(--help says more)')
    .exitOverride();
  addCheck(program, ended);
  addShow(program, ended);
  addCompile(program, ended);
  addRun(program, ended);
  addDemo(program, ended);
  return program.addHelpText('after', examplesOf('check specs/*.swin', 'show specs/swin-b.swin', ...runExamples));
}

const runExamples = [
  'compile specs/swin-free-t.swin -o out/swin-free-t',
  'run out/swin-free-t --image photo.jpg --top 5',
  'run specs/swin-t.swin --weights synthetic --input synthetic --format json',
];

function examplesOf(...examples: readonly string[]): string {
  const code = 'Exit codes: 0 fine, 1 errors in a spec, 2 arguments or files, 3 no device or one that failed.';
  return `\nExamples:\n${examples.map((example) => `  swinc ${example}\n`).join('')}\n${code}`;
}

const formatOption = (): Option =>
  new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text');
const rootOption = (): Option =>
  new Option('--root <folder>', "the folder that imports may not leave (default: the spec's)");
const dtypeOption = (): Option =>
  new Option('--dtype <type>', 'type of weights and activations').choices(['f32', 'f16']);
const weightsOption = (): Option =>
  new Option('--weights <weights>', 'a .safetensors file with the canonical names, or `synthetic`, `synthetic:GAIN`');

function addCheck(program: Command, ended: Ended): void {
  program
    .command('check')
    .description('check specs and print every finding')
    .argument('<file...>', 'the .swin files to check')
    .addOption(formatOption())
    .addOption(rootOption())
    .addHelpText('after', examplesOf('check model.swin', 'check specs/*.swin --format json'))
    .action(async (files: readonly string[], options: CheckOptions) => {
      const { check } = await import('./check.ts');
      ended(await check(files, options));
    });
}

function addShow(program: Command, ended: Ended): void {
  program
    .command('show')
    .description("print a model's stages, windows, parameters and multiply-accumulates")
    .argument('<spec>', specArgument)
    .addOption(formatOption())
    .addOption(rootOption())
    .addHelpText('after', examplesOf('show specs/swin-b.swin', 'show models.swin#tiny --format json'))
    .action(async (spec: string, options: ShowOptions) => {
      const { show } = await import('./show.ts');
      ended(await show(spec, options));
    });
}

function addCompile(program: Command, ended: Ended): void {
  const examples = [
    'compile specs/swin-b.swin -o out/swin-b --weights swin-b.safetensors --dtype f16',
    'compile specs/swin-b.swin -o out/swin-b --explain',
    'compile specs/swin-b.swin --emit plan > plan.json',
  ];
  program
    .command('compile')
    .description('write a package that runs by itself, in Node and in browsers')
    .argument('<spec>', specArgument)
    .option('-o, --output <folder>', 'the folder to write, or to replace where swinc wrote it before')
    .addOption(weightsOption())
    .addOption(dtypeOption().default('f32'))
    .option('--explain', 'print every rewrite with its law, its places and what it saves')
    .addOption(new Option('--emit <what>', 'print this and write no package').choices(['graph', 'plan', 'wgsl']))
    .addOption(rootOption())
    .addHelpText('after', examplesOf(...examples))
    .action(async (spec: string, options: CompileOptions) => {
      const { compile } = await import('./compile.ts');
      ended(await compile(spec, options));
    });
}

const runNotes = `
Files: --image takes PNG and JPEG, resized and cropped as the spec's \`preprocess\` says; --input takes a float32 .npy
file of [images, channels, height, width] in C order, already preprocessed, or \`synthetic\`.

Milliseconds: \`load\` opens the device and makes the model ready; of that, \`compile\` is kernels and uploads;
\`first\` is the first run and \`run\` the median of those that follow, which are as many as fit a second, at most nine.`;

function addRun(program: Command, ended: Ended): void {
  const examples = [
    'run out/swin-free-t --image photo.jpg --labels imagenet.txt',
    'run specs/swin-t.swin --weights swin-t.safetensors --input batch.npy --format json',
    'run specs/swin-t.swin --weights synthetic:2 --input synthetic --batch 4 --stages',
  ];
  program
    .command('run')
    .description('run a spec or a compiled package on WebGPU')
    .argument('<model>', `${specArgument}; or the folder of a compiled package`)
    .addOption(weightsOption())
    .option('--image <file...>', 'pictures to classify')
    .option('--input <input>', 'preprocessed values: `synthetic`, or a .npy file')
    .option('--batch <count>', 'images that run at once; with synthetic input also how many there are', wholeNumber)
    .addOption(
      new Option('--device <device>', '`auto` falls back to a software renderer; `webgpu` does not')
        .choices(['auto', 'webgpu'])
        .default('auto'),
    )
    .addOption(dtypeOption())
    .option('--top <count>', 'how many classes to print for each image', wholeNumber, 5)
    .option('--labels <file>', 'names of the classes, one a line or as a list in JSON')
    .option('--stages', 'also print the patch embedding and every stage after its merging')
    .addOption(formatOption())
    .addOption(rootOption())
    .addHelpText('after', `${runNotes}\n${examplesOf(...examples)}`)
    .action(async (model: string, options: RunOptions) => {
      const { run } = await import('./run.ts');
      ended(await run(model, options));
    });
}

function addDemo(program: Command, ended: Ended): void {
  program
    .command('demo')
    .description('compile a model of this checkout and run it on a photograph')
    .action(async () => {
      const { demo } = await import('./demo.ts');
      ended(await demo());
    });
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It counts from 1.');
  return Number(text);
}
