/** What an image goes through when a spec says nothing: the evaluation transform that Swin was published with. */
import type { Model, Size } from './model.ts';

/** microsoft evaluates at a crop of 224 out of 256. */
const resizeRatio = 256 / 224;

const imageNet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

/**
 * The shorter side, as torchvision's resize takes it. An input that is not square would not be covered by an image of
 * the other orientation, so it gets both sides and its images are squashed.
 */
export function defaultResize({ height, width }: Model['input']): number | Size {
  const [tall, wide] = [Math.round(height * resizeRatio), Math.round(width * resizeRatio)];
  return height === width ? tall : { height: tall, width: wide };
}

/** Statistics are published for colour images only; others are taken from 0..1 to -1..1. */
export function defaultStatistics(channels: number): { mean: readonly number[]; std: readonly number[] } {
  if (channels === imageNet.mean.length) return imageNet;
  const half = Array.from({ length: channels }, () => 0.5);
  return { mean: half, std: half };
}
