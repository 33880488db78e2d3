/** What `--against` names. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Provider, parsePeers } from '../../compiler/cli/bench/against.ts';

const cases: readonly { readonly text: string | undefined; readonly device: Provider; readonly expected: string }[] = [
  { text: undefined, device: 'webgpu', expected: '' },
  { text: undefined, device: 'cpu', expected: 'ort-cpu cpu' },
  { text: 'ort-webgpu,ort-cpu', device: 'webgpu', expected: 'ort-webgpu webgpu, ort-cpu cpu' },
  { text: 'onnx:a.onnx', device: 'webgpu', expected: 'onnx:a.onnx@webgpu webgpu a.onnx' },
  { text: 'onnx:a.onnx', device: 'cpu', expected: 'onnx:a.onnx@cpu cpu a.onnx' },
  { text: 'onnx:a@b:c.onnx@cpu', device: 'webgpu', expected: 'onnx:a@b:c.onnx@cpu cpu a@b:c.onnx' },
  { text: 'onnx:a.onnx@gpu', device: 'webgpu', expected: 'onnx:a.onnx@gpu@webgpu webgpu a.onnx@gpu' },
];

for (const { text, device, expected } of cases) {
  test(`${text} on ${device}`, () => {
    const found = parsePeers(text, device).map(({ name, provider, file }) =>
      [name, provider, ...(file === undefined ? [] : [file])].join(' '),
    );
    assert.is(found.join(', '), expected);
  });
}

const refused: readonly { readonly text: string; readonly device: Provider; readonly sentence: RegExp }[] = [
  { text: 'ort', device: 'webgpu', sentence: /--against ort: it is ort-webgpu, ort-cpu, onnx:FILE/ },
  { text: 'onnx:', device: 'webgpu', sentence: /it is ort-webgpu/ },
  { text: 'toString', device: 'webgpu', sentence: /it is ort-webgpu/ },
  { text: 'ort-cpu,ort-cpu', device: 'webgpu', sentence: /names ort-cpu twice/ },
  { text: 'ort-webgpu', device: 'cpu', sentence: /--device cpu opens no WebGPU: leave ort-webgpu out/ },
];

for (const { text, device, sentence } of refused) {
  test(`${text} on ${device} is refused`, () => assert.throws(() => parsePeers(text, device), sentence));
}

test.run();
