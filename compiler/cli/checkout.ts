/** The folder of a checkout, which has what the demonstrations show. */
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from './exit.ts';
import { statusOf } from './spec-argument.ts';

/** A path of the checkout, from here if that is shorter to read and to type. */
export function inCheckout(path: string): string {
  const whole = join(checkout(), path);
  const way = relative(process.cwd(), whole);
  return way.startsWith('..') ? whole : way;
}

/** A file that every checkout has: above the built command, or above its sources. */
const landmark = 'examples/chelsea.png';

function checkout(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (statusOf(join(folder, landmark)) === undefined) {
    if (dirname(folder) === folder)
      throw new UsageError('the demo needs a checkout of swinc: its examples are missing');
    folder = dirname(folder);
  }
  return folder;
}
