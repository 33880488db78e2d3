/** From pictures to classes, by way of `run`. */

import { type ScoredClass, topClasses } from './classification.ts';
import { type Picture, preprocess } from './image.ts';
import { elementCount } from './memory.ts';
import type { RunOptions, RunResult } from './model.ts';
import type { Plan } from './plan.ts';

export interface ClassifyOptions extends RunOptions {
  /** How many classes to return, the likeliest first. */
  readonly topK?: number | undefined;
}

/** The likeliest classes of a picture, or of each of several, which may be more than a batch. */
export interface Classify {
  (image: Picture, options?: ClassifyOptions): Promise<readonly ScoredClass[]>;
  (images: readonly Picture[], options?: ClassifyOptions): Promise<readonly (readonly ScoredClass[])[]>;
}

type Run = (input: Float32Array, options: RunOptions) => Promise<RunResult>;

export function createClassify(plan: Plan, maxBatch: number, run: Run): Classify {
  const classifyAll = async (pictures: readonly Picture[], { topK = 5, signal }: ClassifyOptions) => {
    const scored: (readonly ScoredClass[])[] = [];
    for (let first = 0; first < pictures.length; first += maxBatch) {
      const batch = pictures.slice(first, first + maxBatch);
      const { logits } = await run(toInput(plan, batch), { signal });
      const classes = logits.length / batch.length;
      for (const index of batch.keys()) {
        scored.push(topClasses(logits.subarray(index * classes, (index + 1) * classes), topK));
      }
    }
    return scored;
  };
  function classify(image: Picture, options?: ClassifyOptions): Promise<readonly ScoredClass[]>;
  function classify(
    images: readonly Picture[],
    options?: ClassifyOptions,
  ): Promise<readonly (readonly ScoredClass[])[]>;
  async function classify(
    pictures: Picture | readonly Picture[],
    options: ClassifyOptions = {},
  ): Promise<readonly ScoredClass[] | readonly (readonly ScoredClass[])[]> {
    if (isList(pictures)) return classifyAll(pictures, options);
    const [scored = []] = await classifyAll([pictures], options);
    return scored;
  }
  return classify;
}

function toInput(plan: Plan, pictures: readonly Picture[]): Float32Array {
  const image = plan.buffers[plan.input];
  const length = image === undefined ? 0 : elementCount(image);
  const input = new Float32Array(pictures.length * length);
  for (const [index, picture] of pictures.entries()) {
    input.set(preprocess(picture, plan.preprocess, image?.shape[0] ?? 0), index * length);
  }
  return input;
}

function isList(pictures: Picture | readonly Picture[]): pictures is readonly Picture[] {
  return Array.isArray(pictures);
}
