import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { figuresOf } from '../../compiler/compile.ts';
import { closedForm } from '../support/closed-form.ts';
import { readGolden } from '../support/goldens.ts';
import { specModel } from '../support/model.ts';
import { allSpecs } from '../support/specs.ts';

for (const { name, model } of allSpecs()) {
  test(`${name}: the graph counts what the closed form counts`, () => {
    const { params, macs, stages } = figuresOf(model);
    const expected = closedForm(model);
    assert.is(params, expected.params);
    assert.is(macs, expected.macs);
    assert.equal(stages, expected.stages);
  });
}

test('the figures that are published', () => {
  const millions = (file: string, name?: string) => (figuresOf(specModel(file, name)).macs / 1e6).toFixed(0);
  assert.is(millions('swin-b.swin'), '15431');
  assert.is(millions('swinv2-t.swin'), '5921');
  assert.is(millions('swinv2-w16.swin', 'swinv2-b-w16'), '21786');
  assert.is(millions('swinv2-fine-tuned.swin', 'swinv2-b-12to24'), '54727');
  assert.is(millions('swin-free-t.swin'), '4712');
  assert.is(millions('swin-free-s.swin'), '9228');
  assert.is(millions('swin-free-b.swin'), '16080');
  assert.is(millions('swin-free-dr.swin', 'swin-free-b-dr10'), '10833');
  assert.is(millions('swin-free-br-dr.swin', 'swin-free-b-br-dr14'), '13456');
});

test('parameters have the names and shapes of the references', async () => {
  const { parametersOf } = await import('../../compiler/weights/parameters.ts');
  const { buildGraph } = await import('../../compiler/build/build.ts');
  for (const name of ['micro-swin', 'micro-swin-free', 'micro-swinv2', 'swin-t', 'swin-free-b'] as const) {
    const golden = readGolden(name);
    const found = parametersOf(buildGraph(specModel(name.startsWith('micro') ? `micro/${name}.swin` : `${name}.swin`)));
    const key = (tensor: string, shape: readonly number[]) => `${tensor} ${shape.join('x')}`;
    assert.equal(
      found.map((parameter) => key(parameter.name, parameter.shape)).sort(),
      golden.tensors.map(([tensor, shape]) => key(tensor, shape)).sort(),
    );
  }
});

test.run();
