/** `swinc demo`, which `npm start` runs: the trained model classifies real pictures, saying what happens on the way. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { planModel } from '../compile.ts';
import { decimal, giga } from '../report/units.ts';
import { findAdapter } from './adapter.ts';
import { inCheckout } from './checkout.ts';
import { compilePackage } from './compile.ts';
import { describeAdapter } from './describe-adapter.ts';
import { aboutFile, type ExitCode, exitCodes, UsageError } from './exit.ts';
import { readLabels } from './labels.ts';
import { loadModel } from './load-model.ts';
import { coloursFor, writeData } from './output.ts';
import { runOnce } from './run.ts';
import { readInput } from './run-input.ts';
import { type LabelledClass, likeliest } from './run-json.ts';
import { openSource } from './run-source.ts';
import { timeLine } from './run-text.ts';

const example = 'examples/fashion';
const packageFolder = 'out/fashion-package';

export async function demo(): Promise<ExitCode> {
  const found = await findAdapter('auto', { robust: true });
  if ('ended' in found) return found.ended;
  const [spec, folder] = [inCheckout(`${example}/fashion.swin`), inCheckout(packageFolder)];
  const weights = inCheckout(`${example}/weights.safetensors`);
  const loaded = loadModel(spec, {});
  if (loaded === undefined) return exitCodes.findings;
  const { model, figures } = loaded;
  await writeData(`spec      ${spec}: ${decimal(figures.params)} parameters, ${giga(figures.macs)} MACs an image`);
  await writeData(`weights   ${weights}: ${await accuracyLine()}`);
  const planned = planModel(model, { elementType: 'f32' });
  await compilePackage(loaded, { planned, weights: { kind: 'file', path: weights }, folder });
  await writeData(`package   ${folder}: ${planned.plan.dispatches.length} dispatches an image`);
  const source = await openSource(folder, {});
  if (source === undefined) return exitCodes.findings;
  const pictures = await picturesOf(inCheckout(`${example}/images`));
  const input = await readInput({ image: pictures.map(({ path }) => path) }, source.format);
  const record = await runOnce(source, input, { gpu: found.gpu, taps: false });
  await writeData(`adapter   ${describeAdapter(record.info.adapter)}`);
  await writeData(`time      ${timeLine(record)}, of ${pictures.length} pictures each`);
  const labels = await readLabels(inCheckout(`${example}/labels.json`), model.classes);
  const classes = likeliest({ ...record, top: 1, labels, names: undefined });
  const answered = pictures.map((picture, index) => ({ ...picture, answer: classes[index]?.[0] }));
  await writeData(`\n${tableOf(answered)}\n\n${whatNext(spec, folder)}`);
  return exitCodes.fine;
}

/** What `examples/fashion/evaluate.mjs` measured. */
async function accuracyLine(): Promise<string> {
  const file = inCheckout(`${example}/accuracy.json`);
  const text = await readFile(file, 'utf8');
  const { right, images }: { right?: unknown; images?: unknown } = aboutFile(file, () => Object(JSON.parse(text)));
  if (typeof right !== 'number' || typeof images !== 'number') throw new UsageError(`${file} holds no accuracy`);
  const share = ((100 * right) / images).toFixed(2);
  return `trained on Fashion-MNIST, right on ${share} % of ${decimal(images)} held-out images`;
}

interface ShownPicture {
  readonly path: string;
  /** File names say what a picture shows: `ankle-boot-2.png`. */
  readonly truth: string;
}

async function picturesOf(folder: string): Promise<readonly ShownPicture[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.png')).sort();
  return names.map((name) => ({ path: join(folder, name), truth: name.replace(/-\d+\.png$/, '') }));
}

interface AnsweredPicture extends ShownPicture {
  readonly answer: LabelledClass | undefined;
}

const hyphenated = (label: string | undefined): string => (label ?? '').replaceAll(' ', '-');

function tableOf(pictures: readonly AnsweredPicture[]): string {
  const colours = coloursFor(process.stdout);
  const widest = Math.max(...pictures.map(({ path }) => path.length));
  const isRight = ({ truth, answer }: AnsweredPicture): boolean => hyphenated(answer?.label) === truth;
  const lines = pictures.map((picture) => {
    const { label = '', score = 0 } = picture.answer ?? {};
    const line = `${picture.path.padEnd(widest)}  ${label.padEnd(10)}  ${(score * 100).toFixed(1).padStart(5)} %`;
    return isRight(picture) ? line : colours.red(`${line}  wrong`);
  });
  return `${lines.join('\n')}\n${pictures.filter(isRight).length} of ${pictures.length} right`;
}

function whatNext(spec: string, folder: string): string {
  return `Next:
  npx swinc show ${spec}
  npx swinc run ${folder} --image YOUR.png --labels ${inCheckout(`${example}/labels.json`)}
  npx swinc export ${spec} --to pytorch -o out/fashion-pytorch
  npx swinc demo --photograph`;
}
