/** The kernel files: described by the manifest, valid alone and specialised, and only where they declare it. */

import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { create } from 'webgpu';
import { generateManifest } from '../../runtime/kernels/generate-manifest.ts';
import { describeKernel } from '../../runtime/kernels/manifest.ts';
import { sizesOf } from '../../runtime/sizes.ts';
import { specialise } from '../../runtime/specialise.ts';

const folder = new URL('../../runtime/kernels/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.wgsl'));
const sources = Object.fromEntries(
  names.map((name) => [name.replace(/\.wgsl$/, ''), readFileSync(new URL(name, folder), 'utf8')]),
);

/** Matrix units are an experiment of Dawn's, which no software adapter has. */
const nullBackend = create(['backend=null', 'enable-dawn-features=allow_unsafe_apis']);
const features = ['shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix'];

async function compile(gpu: GPU, code: string): Promise<void> {
  const adapter = await gpu.requestAdapter();
  assert.ok(adapter);
  const requiredFeatures = features.filter((name) => adapter.features.has(name)) as GPUFeatureName[];
  const device = await adapter.requestDevice({ requiredFeatures });
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ code });
  // Their workgroups are whole subgroups of 32, and the null backend's have 128: no pipeline, the text alone.
  const isForMatrices = code.includes('enable chromium_experimental_subgroup_matrix;');
  const compute = { module, entryPoint: 'main' };
  const pipeline = isForMatrices ? undefined : device.createComputePipelineAsync({ layout: 'auto', compute });
  assert.is((await device.popErrorScope())?.message, undefined);
  await pipeline;
  device.destroy();
}

test('the manifest is what its generator writes', () => {
  const written = readFileSync(new URL('manifest.gen.ts', folder), 'utf8');
  assert.is(written === generateManifest(sources), true, 'run the build: a kernel has changed');
});

for (const [name, source] of Object.entries(sources)) {
  test(`${name}.wgsl is valid as it stands, within the default limits`, () => compile(nullBackend, source));

  test(`${name}.wgsl is valid in f16`, () => {
    const kernel = describeKernel(name, source);
    const types = Object.fromEntries(kernel.aliases.map((alias) => [alias, 'f16' as const]));
    return compile(nullBackend, specialise(kernel, { constants: {}, types }));
  });

  test(`${name} keeps to 8 storage bindings, and to the batch and its sizes as uniforms`, () => {
    const { bindings, sizes } = describeKernel(name, source);
    assert.ok(bindings.filter(({ access }) => access !== 'uniform').length <= 8);
    assert.equal(
      bindings.filter(({ access }) => access === 'uniform').map((binding) => binding.name),
      sizes.length > 0 ? ['batch', 'sizes'] : ['batch'],
    );
    assert.is(bindings.find((binding) => binding.name === 'batch')?.binding, 0);
  });
}

/** Functions that read a kernel's own bindings, or count in its own units: the same line may begin different ones. */
const ownFunctions = /^fn (main|load|store|bring|run_start|normalisation|inverse_deviation)\(/;

test('a function that stands in several kernels, each of which is whole by itself, is the same in all', () => {
  const bodies = new Map<string, Map<string, string[]>>();
  for (const [name, source] of Object.entries(sources)) {
    for (const [, line = '', body = ''] of source.matchAll(/^(fn [^{]*\{)\n([\s\S]*?)^\}/gm)) {
      if (ownFunctions.test(line)) continue;
      const known = bodies.get(line) ?? new Map<string, string[]>();
      known.set(body, [...(known.get(body) ?? []), name]);
      bodies.set(line, known);
    }
  }
  assert.ok([...bodies.values()].some((known) => [...known.values()].flat().length > 4));
  for (const [line, known] of bodies) {
    assert.is(known.size, 1, `${line} differs between ${[...known.values()].map(([first]) => first).join(' and ')}`);
  }
});

const sample = describeKernel(
  'sample',
  [
    'alias Input = f32;',
    'const COUNT: u32 = 3;',
    'const SCALE: f32 = 1e-5;',
    'const OWN = 8u;',
    '@group(0) @binding(0) var<uniform> batch: u32;',
    '@group(0) @binding(2) var<storage, read> x: array<vec4<Input>>;',
    '@group(0) @binding(5) var<storage, read_write> output: array<f32>;',
    '@compute @workgroup_size(OWN, 2)',
    'fn main() {}',
  ].join('\n'),
);

test('describeKernel reads constants, aliases, bindings and the workgroup size', () => {
  assert.equal(sample.constants, [
    { name: 'COUNT', type: 'u32', default: 3 },
    { name: 'SCALE', type: 'f32', default: 1e-5 },
  ]);
  assert.equal(sample.aliases, ['Input']);
  assert.equal(sample.workgroupSize, [8, 2, 1]);
  assert.equal(sample.bindings, [
    { name: 'batch', group: 0, binding: 0, access: 'uniform' },
    { name: 'x', group: 0, binding: 2, access: 'read' },
    { name: 'output', group: 0, binding: 5, access: 'read_write' },
  ]);
});

test('sizes that a kernel reads from a uniform are no part of its text', () => {
  const source = [
    'const SOURCE: u32 = 0;',
    'struct Sizes {',
    '  // Of the output.',
    '  ROWS: u32,',
    '  K: u32,',
    '}',
    '@group(0) @binding(0) var<uniform> batch: u32;',
    '@group(0) @binding(1) var<uniform> sizes: Sizes;',
    '@compute @workgroup_size(1)',
    'fn main() {}',
  ].join('\n');
  const kernel = describeKernel('sized', source);
  assert.equal(kernel.sizes, ['ROWS', 'K']);
  assert.is(specialise(kernel, { constants: { ROWS: 7, K: 9 }, types: {} }), source);
  assert.throws(() => specialise(kernel, { constants: { N: 1 }, types: {} }), /declares no N/);
  assert.equal([...sizesOf(kernel, { constants: { ROWS: 7, K: 9, SOURCE: 0 } })], [7, 9]);
  assert.throws(
    () => sizesOf(kernel, { constants: { ROWS: 7 } }),
    /sized needs K, a whole number, which the plan gives as/,
  );
  assert.throws(() => sizesOf(kernel, { constants: { ROWS: -7, K: 9 } }), /needs ROWS, .* gives as -7/);
});

test('specialise rewrites what is declared and nothing else', () => {
  const text = specialise(sample, { constants: { COUNT: 7, SCALE: 0.25 }, types: { Input: 'f16' } });
  assert.match(
    text,
    /^enable f16;\nalias Input = f16;\nconst COUNT: u32 = 7;\nconst SCALE: f32 = 0.25;\nconst OWN = 8u;/,
  );
  assert.is(specialise(sample, { constants: {}, types: { Input: 'f32' } }), sample.source);
});

const unrolledSample = describeKernel(
  'unrolled',
  [
    'const COUNT: u32 = 2;',
    'const TWICE = COUNT * 2u;',
    'fn f() {',
    '  for (var i = 0u; i < COUNT; i++) { // unrolled',
    '    for (var j = 0u; j < TWICE - 3u; j++) { // unrolled',
    '      a[i] += j;',
    '    }',
    '  }',
    '  for (var k = 0u; k < COUNT; k++) {',
    '    b[k] = k;',
    '  }',
    '}',
    '@compute @workgroup_size(1)',
    'fn main() {}',
    '',
  ].join('\n'),
);

test('specialise writes out the loops that are marked, with their counters as constants', () => {
  const text = specialise(unrolledSample, { constants: {}, types: {} });
  const turn = (i: number) => [`  { const i = ${i}u;`, '    { const j = 0u;', '      a[i] += j;', '    }', '  }'];
  const rest = ['  for (var k = 0u; k < COUNT; k++) {', '    b[k] = k;', '  }', '}'];
  assert.is(text.split('fn f() {\n')[1]?.split('\n@compute')[0], [...turn(0), ...turn(1), ...rest].join('\n'));
});

test('a loop of many turns stays one', () => {
  const text = specialise(unrolledSample, { constants: { COUNT: 33 }, types: {} });
  assert.match(text, /for \(var i = 0u; i < COUNT; i\+\+\) \{\n {4}for \(var j = 0u; j < TWICE - 3u; j\+\+\) \{\n/);
});

test('a loop may say when it has one turn', () => {
  const source = [
    'const SOURCE: u32 = 0;',
    'fn f(runs: u32) {',
    '  for (var run = 0u; run < runs; run++) { // once if SOURCE == 0u',
    '    a += run;',
    '  }',
    '}',
    '@compute @workgroup_size(1)',
    'fn main() {}',
    '',
  ].join('\n');
  const kernel = describeKernel('once', source);
  const bodyOf = (constants: Readonly<Record<string, number>>) =>
    specialise(kernel, { constants, types: {} }).split('fn f(runs: u32) {\n')[1]?.split('\n}\n')[0];
  assert.is(bodyOf({}), '  { const run = 0u;\n    a += run;\n  }');
  assert.is(bodyOf({ SOURCE: 1 }), '  for (var run = 0u; run < runs; run++) {\n    a += run;\n  }');
});

test('a loop that does not end where its indentation does is refused', () => {
  const source = 'fn main() {\n  for (var i = 0u; i < 2u; i++) { // unrolled\n    a += i; }\n}\n';
  const broken = describeKernel('broken', `@compute @workgroup_size(1)\n${source}`);
  assert.throws(() => specialise(broken, { constants: {}, types: {} }), /loop over i does not end/);
});

test('specialise refuses what the kernel does not declare, and values that do not fit', () => {
  const refuses = (constants: Readonly<Record<string, number>>, pattern: RegExp) =>
    assert.throws(() => specialise(sample, { constants, types: {} }), pattern);
  refuses({ OWN: 4 }, /declares no OWN/);
  refuses({ COUNT: -1 }, /COUNT cannot hold -1/);
  refuses({ COUNT: 1.5 }, /COUNT cannot hold 1.5/);
  refuses({ SCALE: Number.NaN }, /SCALE cannot hold NaN/);
  assert.throws(() => specialise(sample, { constants: {}, types: { Weight: 'f16' } }), /declares no Weight/);
});

test.run();
