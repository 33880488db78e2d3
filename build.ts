/**
 * Builds `dist/` from the sources: first the files that are generated into the source tree, then the command, the
 * runtime for browsers and Node, and the runtime's types.
 */
import { chmod, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { generateDtsBundle } from 'dts-bundle-generator';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { generateCodes, generateExplanations } from './grammar/generate-codes.ts';
import { generateManifest } from './runtime/kernels/generate-manifest.ts';

const root = import.meta.dirname;
const output = join(root, 'dist');
/** Moved to `dist` when it is whole, so that a build that fails leaves the last good one. */
const staging = join(root, 'node_modules/.cache/swinc-dist');
const runtimeEntry = join(root, 'runtime/index.ts');

const shared = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: ['node20', 'chrome120', 'firefox141', 'safari17'],
  outdir: staging,
  metafile: true,
  logLevel: 'warning',
} satisfies BuildOptions;

async function generateSources(): Promise<void> {
  const kernelFolder = join(root, 'runtime/kernels');
  const kernelFiles = (await readdir(kernelFolder)).filter((name) => name.endsWith('.wgsl')).sort();
  const kernels = await Promise.all(
    kernelFiles.map(
      async (name) => [basename(name, '.wgsl'), await readFile(join(kernelFolder, name), 'utf8')] as const,
    ),
  );
  await writeIfChanged(join(kernelFolder, 'manifest.gen.ts'), generateManifest(Object.fromEntries(kernels)));
  const messages = await readFile(join(root, 'compiler/messages.md'), 'utf8');
  await writeIfChanged(join(root, 'grammar/codes.gen.ts'), generateCodes(messages));
  await writeIfChanged(join(root, 'grammar/explanations.gen.ts'), generateExplanations(messages));
}

/** An unchanged file keeps its time, so that editors and watchers are left in peace. */
async function writeIfChanged(path: string, text: string): Promise<void> {
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present !== text) await writeFile(path, text);
}

/** Splitting keeps what a command does not need, image decoders for one, out of the way of its start. */
async function bundleCommand(): Promise<void> {
  await build({
    ...shared,
    entryPoints: { swinc: 'compiler/cli/main.ts' },
    platform: 'node',
    target: 'node20',
    splitting: true,
    minify: true,
    keepNames: true,
    chunkNames: 'chunks/[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    external: ['ts-morph', 'webgpu', '@sparticuz/chromium', 'onnxruntime-node'],
    // CommonJS dependencies call `require`, which an ES module does not have.
    banner: {
      js: "#!/usr/bin/env node\nimport { createRequire as createRequireOf } from 'node:module';\nconst require = createRequireOf(import.meta.url);",
    },
  });
  await chmod(join(staging, 'swinc.mjs'), 0o755);
}

const forRuntime = { ...shared, platform: 'neutral', external: ['webgpu'] } satisfies BuildOptions;

/** For programs that bring a plan alone: the kernels are a file of their own, read when they are needed. */
async function bundleRuntime(): Promise<void> {
  const { metafile } = await build({
    ...forRuntime,
    entryPoints: { 'runtime/index': runtimeEntry },
    splitting: true,
    chunkNames: 'runtime/[name]',
  });
  requireBrowserSafe(metafile);
}

/** For compiled packages, which carry this one file and bring their own kernels. */
async function bundlePackageRuntime(): Promise<void> {
  const { metafile } = await build({
    ...forRuntime,
    entryPoints: { runtime: runtimeEntry },
    plugins: [withoutKernels],
  });
  requireBrowserSafe(metafile);
}

const withoutKernels: Plugin = {
  name: 'without-kernels',
  setup: ({ onLoad }) => onLoad({ filter: /manifest\.gen\.ts$/ }, () => ({ contents: 'export const kernels = {};' })),
};

/** In a browser a static import of a module of Node fails the whole file; a dynamic one is never reached. */
function requireBrowserSafe(metafile: Metafile): void {
  const imports = Object.values(metafile.outputs).flatMap((file) => file.imports);
  const found = imports.find(({ external, kind }) => external === true && kind !== 'dynamic-import');
  if (found !== undefined) throw new Error(`the runtime imports ${found.path} statically, which no browser can load`);
}

async function writeRuntimeTypes(): Promise<void> {
  const [types] = generateDtsBundle([{ filePath: runtimeEntry, output: { noBanner: true } }], {
    preferredConfigPath: join(root, 'tsconfig.json'),
  });
  if (types === undefined) throw new Error('the runtime has no types');
  // Only the newest compilers know WebGPU's types; `webgpu` brings them along.
  await writeFile(join(staging, 'runtime.d.ts'), `/// <reference types="@webgpu/types" />\n${types}`);
}

await generateSources();
await rm(staging, { recursive: true, force: true });
await Promise.all([bundleCommand(), bundleRuntime(), bundlePackageRuntime()]);
await writeRuntimeTypes();
await rm(output, { recursive: true, force: true });
await rename(staging, output);
