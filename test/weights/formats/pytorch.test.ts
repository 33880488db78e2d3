import { existsSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CheckpointFileError } from '../../../compiler/weights/formats/checkpoint-file-error.ts';
import { openCheckpoint } from '../../../compiler/weights/formats/open-checkpoint.ts';
import { expectedTensors, pytorchFile, pytorchFiles, torchNames } from '../../support/pytorch-files.ts';

const test = suite('checkpoints of PyTorch');

for (const [name, expected] of Object.entries(expectedTensors)) {
  test(`${name} has the tensors that PyTorch saved`, () => {
    const { format, tensors } = openCheckpoint(pytorchFile(name));
    assert.is(format, 'pytorch');
    const read = [...tensors].map(([key, { dtype, shape, data }]) => [
      key,
      { dtype: torchNames[dtype], shape, bytes: Buffer.from(data).toString('hex') },
    ]);
    assert.equal(Object.fromEntries(read), expected);
  });
}

interface Around {
  readonly wrapper: string | null;
  readonly ignored?: readonly string[];
  readonly skipped?: readonly string[];
}

const around: Readonly<Record<string, Around>> = {
  'views.pth': { wrapper: null },
  'protocol-4.pth': { wrapper: 'model' },
  'training.pth': {
    wrapper: 'model',
    ignored: [
      'yacs.config.CfgNode',
      'argparse.Namespace',
      'torch.device',
      'numpy.core.multiarray.scalar',
      'numpy.dtype',
    ],
  },
  'parallel.pth': { wrapper: 'state_dict' },
  'parameters.pth': { wrapper: null, skipped: ['counter', 'version', 'extra', 'list'] },
  'nested.pth': { wrapper: 'state_dict.module' },
  'malicious-outside-reduce.pth': { wrapper: 'model', ignored: ['os.system'] },
  'malicious-outside-stack-global.pth': { wrapper: 'model', ignored: ['os.system'] },
  'malicious-outside-inst.pth': { wrapper: 'model', ignored: ['os.system'] },
  'malicious-outside-obj.pth': { wrapper: 'model', ignored: ['os.system'] },
  'malicious-outside-build.pth': { wrapper: 'model', ignored: ['argparse.Namespace', 'os.system'] },
};

for (const [name, { wrapper, ignored = [], skipped = [] }] of Object.entries(around)) {
  test(`${name} says what is around its tensors`, () => {
    const file = openCheckpoint(pytorchFile(name));
    assert.equal(
      { ...file, tensors: 0, metadata: 0 },
      { ...file, tensors: 0, metadata: 0, wrapper, ignored, skipped, others: [] },
    );
  });
}

const refusals: Readonly<Record<string, RegExp>> = {
  'legacy.pth': /before 1\.6: convert it with torch\.save\(torch\.load\(FILE\), FILE\)/,
  'network.pth':
    /holds an object of torch\.nn\.modules\.container\.Sequential and no state dict: save model\.state_dict/,
  'script.pt': /TorchScript program: save its weights/,
  'deflated.pth': /compressed.*torch\.save/,
  'malicious-inside-reduce.pth': /^"model\.head\.bias" is an object of os\.system/,
  'malicious-inside-stack-global.pth': /^"model\.head\.bias" is an object of os\.system/,
  'malicious-inside-inst.pth': /^"model\.head\.bias" is an object of os\.system/,
  'malicious-inside-obj.pth': /^"model\.head\.bias" is an object of os\.system/,
  'malicious-inside-build.pth': /^"model\.head\.bias" is an object of argparse\.Namespace/,
};

for (const [name, sentence] of Object.entries(refusals)) {
  test(`${name} is refused`, () => {
    assert.throws(
      () => openCheckpoint(pytorchFile(name)),
      (error: unknown) => {
        assert.instance(error, CheckpointFileError);
        assert.match(error instanceof Error ? error.message : '', sentence);
        return true;
      },
    );
  });
}

test('no file runs what it names', () => {
  assert.equal(
    pytorchFiles.filter((name) => !(name in expectedTensors) && !(name in refusals)),
    [],
  );
  assert.not(existsSync('was-executed'));
});

test('contiguous tensors are views of the file, and tied ones share them', () => {
  const bytes = pytorchFile('views.pth');
  const { tensors } = openCheckpoint(bytes);
  const place = (name: string): number | undefined => {
    const data = tensors.get(name)?.data;
    return data?.buffer === bytes.buffer ? data.byteOffset : undefined;
  };
  const whole = place('whole');
  assert.type(whole, 'number');
  assert.is(place('tied'), whole);
  assert.is(place('offset'), (whole ?? 0) + 24);
  assert.is(place('transposed'), undefined);
});

test.run();
