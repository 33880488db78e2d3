/** How to call a compiled model: the README.md of its package. */
import { inputShape } from './model-source.ts';
import type { PackageInfo } from './package-info.ts';

export function readme(info: PackageInfo, documentation: string): string {
  const sections = [
    `# ${info.name}`,
    documentation.trim(),
    figures(info),
    origin(info),
    inNode(info),
    inBrowsers(),
    inputs(info),
    ...(info.features.length === 0 ? [] : [features(info)]),
    files(),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function figures({ parameters, macs, elementType }: PackageInfo): string {
  const count = parameters.toLocaleString('en-US');
  const work = macs >= 1e8 ? `${(macs / 1e9).toFixed(3)} G` : `${(macs / 1e6).toFixed(3)} M`;
  return `${count} parameters, ${work} multiply-accumulates an image, in ${elementType}. It runs on WebGPU.`;
}

function origin({ weights }: PackageInfo): string {
  if (!weights.startsWith('synthetic:')) return `The weights are those of a checkpoint with the digest \`${weights}\`.`;
  return '**The weights are synthetic**: numbers made from names. The model runs as it would with trained ones, but what it answers means nothing.';
}

function inNode({ input }: PackageInfo): string {
  const length = `${input.channels} * ${input.height} * ${input.width}`;
  return `## In Node

Node 20 or newer, and \`npm install webgpu\` in the project that imports it.

\`\`\`js
import { load } from './model.js';

const model = await load();
const { logits, shape } = await model.run(new Float32Array(${length}));
console.log(shape, model.info.adapter.description);
await model[Symbol.asyncDispose]();
\`\`\``;
}

function inBrowsers(): string {
  return `## In a browser

Serve this folder as it is. \`ImageData\` of a canvas is what \`classify\` takes:

\`\`\`html
<script type="module">
  import { load } from './model.js';

  const model = await load();
  const bitmap = await createImageBitmap(await (await fetch('photo.jpg')).blob());
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  context.drawImage(bitmap, 0, 0);
  console.log(await model.classify(context.getImageData(0, 0, bitmap.width, bitmap.height), { topK: 5 }));
</script>
\`\`\``;
}

function inputs(info: PackageInfo): string {
  const { crop, mean, std, interpolation } = info.preprocess;
  return `## Input

\`run\` takes float32 [batch, ${inputShape(info)}] in C order; \`load({ maxBatch: 8 })\` allows batches of up to 8.
The values are pixels divided by 255, less the mean [${mean.join(', ')}], divided by [${std.join(', ')}].
\`classify\` does that itself: it resizes a picture (${interpolation}), crops ${crop.height} x ${crop.width} from its centre and normalises it.`;
}

function features(info: PackageInfo): string {
  const rows = info.features.map(({ stage, shape }) => `- stage ${stage}: [batch, ${shape.join(', ')}]`);
  return `## Features\n\n\`run\` also returns \`features\`, maps of\n\n${rows.join('\n')}`;
}

function files(): string {
  return `## Files

\`model.ts\` holds the plan and the kernels in WGSL, \`model.js\` and \`model.d.ts\` are made of it, \`runtime.js\` runs them, and
\`weights.safetensors\` holds what they read. Type declarations of WebGPU come from \`@webgpu/types\`.`;
}
