/** Writes `manifest.gen.ts`, which carries the kernels' text and interfaces into bundles; pure, and called by the build. */

import { describeKernel } from './manifest.ts';

/** The text of the manifest for kernels by name (a file's name without `.wgsl`). */
export function generateManifest(sources: Readonly<Record<string, string>>): string {
  const kernels = Object.keys(sources)
    .sort()
    .map((name) => describeKernel(name, sources[name] ?? ''));
  return [
    '// Generated from the .wgsl files beside it by generate-manifest.ts. Do not edit.',
    '',
    "import type { Kernel } from './manifest.ts';",
    '',
    'export const kernels: Readonly<Record<string, Kernel>> = ',
  ]
    .join('\n')
    .concat(JSON.stringify(Object.fromEntries(kernels.map((kernel) => [kernel.name, kernel])), null, 2), ';\n');
}
