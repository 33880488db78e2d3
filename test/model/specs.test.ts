import assert from 'node:assert/strict';
import { test } from 'uvu';
import { evaluateAssertions } from '../../compiler/model/assertions/evaluate.ts';
import { memoryHost } from '../../compiler/model/memory-host.ts';
import { allModels, resolve } from '../../compiler/model/resolve.ts';
import { selectModel } from '../../compiler/model/select.ts';
import { printDiagnostics } from '../../grammar/print-diagnostic.ts';
import { closedForm } from '../support/closed-form.ts';
import { specModel } from '../support/model.ts';
import { specFiles } from '../support/spec-files.ts';

const files = specFiles();
const host = memoryHost(Object.fromEntries(files));

for (const file of files.keys()) {
  test(`${file} has no errors, and its assertions hold`, () => {
    const { value, diagnostics } = resolve(file, host);
    const judged = allModels(value).flatMap((resolved) => {
      assert.ok(resolved.model !== undefined && resolved.documentation !== '');
      return evaluateAssertions(resolved, closedForm(resolved.model));
    });
    const findings = [...diagnostics, ...judged].filter((diagnostic) => diagnostic.severity !== 'note');
    assert.equal(printDiagnostics(findings, { read: (path) => host.read(path), color: false }), '');
  });
}

/** True parameters, as the reference implementations count them. */
const published: Readonly<Record<string, number>> = {
  'swin-t.swin': 28_288_354,
  'swin-s.swin': 49_606_258,
  'swin-b.swin': 87_768_224,
  'swin-free-t.swin': 28_335_394,
  'swin-free-s.swin': 49_733_938,
  'swin-free-b.swin': 87_938_464,
};

test('the file alone means the published model', () => {
  for (const [file, params] of Object.entries(published)) {
    const { value } = selectModel(resolve(file, host).value, undefined);
    assert.equal(`${value?.name}.swin`, file);
    assert.ok(value?.model !== undefined);
    assert.equal(closedForm(value.model).params, params);
  }
});

test('swin-b has 15.431 G multiply-accumulates', () => {
  assert.equal(Math.round(closedForm(specModel('swin-b.swin')).macs / 1e6), 15_431);
});

/** Windows and shifts of each stage's blocks, as `window/shift`, without what repeats. */
function windows(file: string, name?: string): readonly string[] {
  return specModel(file, name).stages.map(({ blocks }) => {
    const spelt = blocks.map(({ window, shift }) => `${window.height}x${window.width}/${shift.height}x${shift.width}`);
    return [...new Set(spelt)].join(' ');
  });
}

test('windows and shifts are those of the references', () => {
  assert.deepEqual(windows('swin-t.swin'), ['7x7/0x0 7x7/3x3', '7x7/0x0 7x7/3x3', '7x7/0x0 7x7/3x3', '7x7/0x0']);
  assert.deepEqual(windows('swin-free-t.swin'), ['7x7/0x0', '14x14/0x0', '14x14/0x0', '7x7/0x0']);
  assert.deepEqual(windows('micro/micro-nonsquare.swin'), ['4x4/0x0 4x4/2x2', '4x4/0x0 4x4/0x2']);
  assert.deepEqual(windows('micro/micro-rectangular.swin'), ['4x8/0x0 4x8/2x4', '4x8/0x0']);
  assert.deepEqual(windows('micro/micro-clamped.swin'), ['8x8/0x0 8x8/4x4', '6x6/0x0']);
  assert.deepEqual(windows('micro/micro-window-padded.swin'), ['8x8/0x0 8x8/4x4', '8x8/0x0']);
  assert.deepEqual(windows('micro/micro-pad-before.swin'), ['4x4/0x0 4x4/2x2', '4x4/0x0 4x4/2x2']);
  assert.deepEqual(windows('micro/micro-cycle.swin'), ['4x4/2x2', '4x4/0x0 4x4/2x2']);
  assert.deepEqual(windows('micro/micro-cycle-windows.swin'), ['4x4/0x0 8x8/1x1 4x4/2x2 8x8/3x3', '4x4/0x0']);
});

test('what a variant inherits and what it changes', () => {
  const model = specModel('swin-free-br-dr.swin', 'swin-free-b-br-dr12');
  assert.equal(model.stages[2]?.blocks.length, 12);
  assert.deepEqual(model.stages[0]?.norm, { kind: 'batch', per: 'token', epsilon: 1e-5 });
  assert.deepEqual(model.mergeNorm, { kind: 'none' });
  assert.deepEqual(model.finalNorm, model.patchNorm);
  assert.equal(model.stages[3]?.activation, 'relu');
  assert.deepEqual(model.preprocess, {
    resize: 256,
    crop: { height: 224, width: 224 },
    interpolation: 'bicubic',
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  });
});

test.run();
