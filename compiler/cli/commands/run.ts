import { type Command, Option } from 'commander';
import type { RunOptions } from '../run.ts';
import {
  dtypeOption,
  type Ended,
  examplesOf,
  formatOption,
  kernelsOption,
  rootOption,
  specArgument,
  weightsOption,
  wholeNumber,
} from './options.ts';

const runNotes = `
Files: --image takes PNG and JPEG, resized and cropped as the spec's \`preprocess\` says, else as the library does whose
weights they are; --input takes a float32 .npy file of [images, channels, height, width] in C order, already preprocessed,
or \`synthetic\`.

--device cpu runs what \`export --to onnx\` writes, with the npm package onnxruntime-node, which it needs. Without a GPU
that is the fast way; it is taken only where it is asked for.

Milliseconds: \`load\` opens the device and makes the model ready; of that, \`compile\` is kernels and uploads;
\`first\` is the first run and \`run\` the median of those that follow, which are as many as fit a second, at most nine.`;

export function addRun(program: Command, ended: Ended): void {
  const examples = [
    'run out/swin-free-t --image photo.jpg --labels imagenet.txt',
    'run specs/swin-t.swin --weights swin-t.safetensors --input batch.npy --format json',
    'run specs/swin-t.swin --weights synthetic:2 --input synthetic --batch 4 --stages',
  ];
  program
    .command('run')
    .description('run a spec or a compiled package on WebGPU, or a spec on the CPU')
    .argument('<model>', `${specArgument}; or the folder of a compiled package`)
    .addOption(weightsOption())
    .option('--image <file...>', 'pictures to classify')
    .option('--input <input>', 'preprocessed values: `synthetic`, or a .npy file')
    .option('--batch <count>', 'images that run at once; with synthetic input also how many there are', wholeNumber)
    .addOption(
      new Option(
        '--device <device>',
        '`auto`: WebGPU, and a software renderer where it finds nothing; `webgpu`: what it finds; `cpu`: ONNX Runtime',
      )
        .choices(['auto', 'webgpu', 'cpu'])
        .default('auto'),
    )
    .addOption(dtypeOption())
    .addOption(kernelsOption())
    .option('--top <count>', 'how many classes to print for each image', wholeNumber, 5)
    .option('--labels <file>', "names of the classes: one a line, a list in JSON, or Hugging Face's config.json")
    .option('--stages', 'also print the patch embedding and every stage after its merging')
    .addOption(formatOption())
    .addOption(rootOption())
    .addHelpText('after', `${runNotes}\n${examplesOf(...examples)}`)
    .action(async (model: string, options: RunOptions) => {
      const { run } = await import('../run.ts');
      ended(await run(model, options));
    });
}
