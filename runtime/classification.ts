/** From logits to the most likely classes. */

export interface ScoredClass {
  readonly index: number;
  /** The class's softmax probability. */
  readonly score: number;
}

/** Logits are shifted by the largest, so that no exponential overflows. */
export function softmax(logits: ArrayLike<number>): Float64Array {
  const scores = Float64Array.from(logits);
  const largest = scores.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
  const exponentials = scores.map((logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((total, exponential) => total + exponential, 0);
  return exponentials.map((exponential) => exponential / sum);
}

/** The `count` likeliest classes, or all where there are fewer, likeliest first; equals in the order of their index. */
export function topClasses(logits: ArrayLike<number>, count: number): readonly ScoredClass[] {
  const scores = softmax(logits);
  return Array.from(scores, (score, index) => ({ index, score }))
    .sort((left, right) => right.score - left.score || left.index - right.index)
    .slice(0, count);
}
