/** `swinc demo --photograph`: a model of the paper's size with synthetic weights, from its spec to classes. */
import { planModel } from '../compile.ts';
import { decimal, giga } from '../report/units.ts';
import { findAdapter } from './adapter.ts';
import { inCheckout } from './checkout.ts';
import { compilePackage } from './compile.ts';
import { describeAdapter } from './describe-adapter.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { loadModel } from './load-model.ts';
import { say, writeData } from './output.ts';
import { runOnce } from './run.ts';
import { readInput } from './run-input.ts';
import { likeliest } from './run-json.ts';
import { openSource } from './run-source.ts';
import { timeLine } from './run-text.ts';

const specFile = 'specs/swin-free-t.swin';
const photograph = 'examples/chelsea.png';
const packageFolder = 'out/swin-free-t';

export async function demoPhotograph(): Promise<ExitCode> {
  const found = await findAdapter('auto', { robust: true });
  if ('ended' in found) return found.ended;
  const [spec, image, folder] = [inCheckout(specFile), inCheckout(photograph), inCheckout(packageFolder)];
  const loaded = loadModel(spec, {});
  if (loaded === undefined) return exitCodes.findings;
  const { model, figures } = loaded;
  await writeData(`spec      ${spec}: ${decimal(figures.params)} parameters, ${giga(figures.macs)} MACs an image`);
  const planned = planModel(model, { elementType: 'f32' });
  await compilePackage(loaded, { planned, weights: { kind: 'synthetic', gain: 1 }, folder });
  await writeData(`package   ${folder}: ${planned.plan.dispatches.length} dispatches an image`);
  if (found.class === 'software') say('without a GPU, making the kernels and running them takes a while');
  const source = await openSource(folder, {});
  if (source === undefined) return exitCodes.findings;
  const input = await readInput({ image: [image] }, source.format);
  const record = await runOnce(source, input, { gpu: found.gpu, taps: false });
  await writeData(`adapter   ${describeAdapter(record.info.adapter)}`);
  await writeData(`time      ${timeLine(record)}`);
  const [classes = []] = likeliest({ ...record, top: 3, labels: undefined, names: undefined });
  const top = classes.map(({ index, score }) => `class ${index} (${(score * 100).toFixed(2)} %)`);
  await writeData(`classes   ${top.join(', ')} for ${image}`);
  await writeData(`\n${whatNext(spec, folder)}`);
  return exitCodes.fine;
}

function whatNext(spec: string, folder: string): string {
  return `The weights are synthetic, so the classes mean nothing: the road from a spec to logits is what you have seen.
Next:
  npx swinc show ${spec}
  npx swinc compile ${spec} --explain
  npx swinc compile ${spec} -o ${folder} --weights YOUR.safetensors
  npx swinc run ${folder} --image YOUR.jpg`;
}
