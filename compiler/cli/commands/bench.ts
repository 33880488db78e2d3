import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ElementType } from '../../../runtime/plan.ts';
import type { BenchOptions } from '../bench/bench.ts';
import {
  batchesOption,
  type Ended,
  examplesOf,
  formatOption,
  passOption,
  rootOption,
  specArgument,
  wholeNumber,
} from './options.ts';

const notes = `
Engines run by turns in one process on one adapter, with the same synthetic weights and input: ONNX Runtime (the npm
package onnxruntime-node) takes what \`swinc export --to onnx\` writes; onnx:FILE is any other file with one input of
images. What does not answer alike is said on stderr before it is timed. A ratio is swinc's median over the engine's.

Unless --samples says how many: 10 runs of each, more for 2 seconds where they are quick (at most 100), and at least 3 where
10 would take longer than 120 seconds.

--format svg draws the latency against multiply-accumulates. Of a sweep, the table is that of \`swinc show\` with times.`;

export function addBench(program: Command, ended: Ended): void {
  const examples = [
    'bench specs/swin-t.swin --against ort-webgpu,ort-cpu',
    'bench specs/swin-b.swin specs/swin-free-b.swin --batch 1,8,32 --dtype f32,f16 --format json',
    "bench 'specs/paper.swin#table5'",
    'bench specs/swin-t.swin --device cpu --against onnx:swin_t.onnx',
  ];
  program
    .command('bench')
    .description('how long models take, beside other engines: medians with intervals')
    .argument('<spec...>', `${specArgument}; or a sweep: FILE#SWEEP`)
    .option('--against <engines>', 'ort-webgpu, ort-cpu, onnx:FILE, onnx:FILE@webgpu, onnx:FILE@cpu; commas between')
    .addOption(batchesOption())
    .addOption(new Option('--dtype <types>', 'f32, f16 or both').argParser(readTypes).default(['f32'], 'f32'))
    .addOption(
      new Option(
        '--device <device>',
        '`auto` falls back to a software renderer, `webgpu` does not; `cpu`: engines on the CPU alone, without swinc',
      )
        .choices(['auto', 'webgpu', 'cpu'])
        .default('auto'),
    )
    .option('--samples <count>', 'runs of each that are measured', wholeNumber)
    .option('--lock <file>', 'measure only while no other program holds this file: of several, one at a time')
    .addOption(passOption())
    .addOption(formatOption('markdown', 'svg'))
    .addOption(rootOption())
    .addHelpText('after', `${notes}\n${examplesOf(...examples)}`)
    .action(async (specs: readonly string[], options: BenchOptions) => {
      const { bench } = await import('../bench/bench.ts');
      ended(await bench(specs, options));
    });
}

function readTypes(text: string): readonly ElementType[] {
  const types = text.split(',');
  const isType = (type: string): type is ElementType => type === 'f32' || type === 'f16';
  if (!types.every(isType)) throw new InvalidArgumentError('It is f32, f16, or f32,f16.');
  return [...new Set(types)];
}
