import type { SourceHost } from './host.ts';

/** A host over texts by path, with `/` between folders; the root holds every path that does not climb out of it. */
export function memoryHost(files: Readonly<Record<string, string>>): SourceHost {
  const texts = new Map(Object.entries(files));
  return {
    locate(specifier, from) {
      const folder = from === undefined ? [] : from.split('/').slice(0, -1);
      const path = join(folder, specifier.split('/'));
      if (path === undefined) return { kind: 'outside', root: '.' };
      return texts.has(path) ? { kind: 'found', path } : { kind: 'missing' };
    },
    read: (path) => texts.get(path),
  };
}

/** Undefined when the path climbs out of the root. */
function join(folder: readonly string[], parts: readonly string[]): string | undefined {
  const joined = [...folder];
  for (const part of parts) {
    if (part === '..') {
      if (joined.pop() === undefined) return undefined;
    } else if (part !== '.' && part !== '') {
      joined.push(part);
    }
  }
  return joined.join('/');
}
