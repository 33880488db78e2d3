/** `--labels FILE`: the names of the classes, one a line, or in JSON a list or an object by index. */
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
  const labels: readonly unknown[] = Array.isArray(value) ? value : Object.values(Object(value));
  return labels.map((label) => {
    if (typeof label === 'string') return label;
    throw new UsageError('a label is no string');
  });
}
