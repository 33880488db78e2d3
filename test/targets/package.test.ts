import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kernels } from '../../runtime/kernels/manifest.gen.ts';
import { parseSafetensors } from '../../runtime/safetensors.ts';
import { bytesOf, emit, packageInput, textOf, writeFiles } from './emit.ts';

const test = suite('package');

test('the same input gives the same bytes', async () => {
  const [one, other] = [await emit('micro-features'), await emit('micro-features')];
  for (const [name, content] of one) assert.equal(bytesOf(content), bytesOf(other.get(name)), name);
  assert.equal([...one.keys()], [...one.keys()].sort());
});

test('what it brings are the kernels that its plan names, word for word', async () => {
  const input = await packageInput('micro-swin');
  // As the template literals mean it.
  const script = textOf(await emit('micro-swin'), 'model.js').replace(/\\([\\`$])/g, '$1');
  const used = new Set(input.plan.dispatches.flatMap(({ candidates }) => candidates.map(({ kernel }) => kernel)));
  assert.ok(used.size > 0 && used.size < Object.keys(kernels).length);
  for (const { name, source } of Object.values(kernels)) assert.is(script.includes(source), used.has(name), name);
});

test('its plan is the plan, with one list of candidates for dispatches that have the same', async () => {
  const { plan } = await packageInput('micro-swin');
  const script = textOf(await emit('micro-swin'), 'model.js');
  const begin = script.indexOf('const candidates0 =');
  const statements = script.slice(begin, script.indexOf('const kernels =', begin));
  const written: unknown = new Function(`${statements}return plan;`)();
  assert.equal(written, JSON.parse(JSON.stringify(plan)));
  const lists = new Set(plan.dispatches.map(({ candidates }) => candidates));
  assert.ok(lists.size < plan.dispatches.length);
  assert.is(statements.match(/^const candidates/gm)?.length, lists.size);
});

test('it depends on nothing but a WebGPU', async () => {
  const files = await emit('micro-swin');
  const manifest = JSON.parse(textOf(files, 'package.json'));
  assert.equal(manifest.dependencies, undefined);
  assert.equal(Object.keys(manifest.peerDependencies), ['webgpu']);
  assert.is(manifest.peerDependenciesMeta.webgpu.optional, true);
  assert.is(manifest.type, 'module');
  const specifiers = ['model.js', 'runtime.js'].flatMap((name) =>
    [...textOf(files, name).matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(([, specifier]) => specifier),
  );
  assert.equal([...new Set(specifiers)].sort(), ['./runtime.js', 'webgpu']);
});

test('its weights say where they are from, and hold what the plan reads', async () => {
  const { plan } = await packageInput('micro-swin');
  const file = (await emit('micro-swin', { weightsOrigin: 'sha256:0' })).get('weights.safetensors');
  const { metadata, tensors } = parseSafetensors(bytesOf(file));
  assert.equal(metadata, { formatVersion: '1.0', model: 'micro-swin', weights: 'sha256:0' });
  const wanted = plan.buffers.filter(({ role }) => role === 'weight').map(({ name }) => name);
  assert.equal([...tensors.keys()].sort(), [...wanted].sort());
});

test('only synthetic weights are said to mean nothing', async () => {
  assert.match(textOf(await emit('micro-swin'), 'README.md'), /weights are synthetic/);
  const trained = textOf(await emit('micro-swin', { weightsOrigin: 'sha256:abc' }), 'README.md');
  assert.not.match(trained, /synthetic/);
  assert.match(trained, /sha256:abc/);
});

test("a spec's text stays inside the comment that it stands in", async () => {
  const documentation = 'Ends */ alert() /* here.\nAnd a second line.';
  const files = await emit('micro-swin', { documentation });
  const { diagnostics } = ts.transpileModule(textOf(files, 'model.ts'), { reportDiagnostics: true });
  assert.equal(diagnostics, []);
  assert.not.match(textOf(files, 'model.js'), /Ends \*\//);
});

const strictest: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  skipLibCheck: false,
  noEmit: true,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts'],
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: [],
};

const caller = `import { DeviceError, info, load, type MicroFeatures, type ScoredClass } from './package/model.js';

const model: MicroFeatures = await load({ maxBatch: 2, weights: new URL('https://example.org/weights') });
const { shape, features } = await model.run(new Float32Array(3 * info.input.height * info.input.width));
const classes: 10 = shape[1];
const stages: readonly [1, 2] = [features[0].stage, features[1].stage];
const channels: 16 = features[0].shape[3];
const top: readonly ScoredClass[] = await model.classify({ width: 1, height: 1, data: new Uint8Array(3) });
// @ts-expect-error: the model has two features
features[2];
// @ts-expect-error: there is no such option
await load({ wieghts: new Uint8Array() });
export { channels, classes, DeviceError, stages, top };
`;

test('it type-checks where everything is strict, and its results have their shapes', async () => {
  // Inside of the checkout, so that the types of WebGPU are found; a test that runs beside has a folder of its own.
  const folder = join(import.meta.dirname, `../../out/test-types-${process.pid}`);
  try {
    const files = await emit('micro-features');
    writeFiles(join(folder, 'package'), files);
    // Sources beside declarations: a caller may be given either.
    writeFiles(join(folder, 'declared/package'), new Map([...files].filter(([name]) => name !== 'model.ts')));
    mkdirSync(folder, { recursive: true });
    const callers = [folder, join(folder, 'declared')].map((place) => join(place, 'caller.mts'));
    for (const path of callers) writeFileSync(path, caller);
    const program = ts.createProgram(callers, strictest);
    const messages = ts
      .getPreEmitDiagnostics(program)
      .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
    assert.equal(messages, []);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
