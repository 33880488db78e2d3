import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../../specs/', import.meta.url);

/** Every spec of `specs/` by its path there, in order. */
export function specFiles(): ReadonlyMap<string, string> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
  const specs = names.filter((name) => name.endsWith('.swin')).sort();
  return new Map(specs.map((name) => [name, readFileSync(new URL(name, root), 'utf8')]));
}
