/**
 * `--labels FILE`: the names of the classes, one a line, or in JSON a list or an object by index. A config of Hugging
 * Face's has such an object, which is where the names of ImageNet come along with weights.
 */
import { readFile } from 'node:fs/promises';
import { aboutFile, UsageError } from './exit.ts';

export async function readLabels(file: string, classes: number): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8');
  const labels = /^\s*[[{]/.test(text) ? aboutFile(file, () => fromJson(JSON.parse(text))) : fromLines(text);
  if (labels.length === classes) return labels;
  throw new UsageError(`${file} has ${labels.length} labels; the model has ${classes} classes`);
}

function fromLines(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function fromJson(value: unknown): readonly string[] {
  const { id2label: named = value }: { readonly id2label?: unknown } = Object(value);
  const labels: readonly unknown[] = Array.isArray(named) ? named : Object.values(Object(named));
  return labels.map((label) => {
    if (typeof label === 'string') return label;
    throw new UsageError('a label is no string');
  });
}
