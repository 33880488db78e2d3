/** `position = continuous(…)`: what it means stage by stage, and what is wrong with it. */
import assert from 'node:assert/strict';
import { test } from 'uvu';
import { memoryHost } from '../../compiler/model/memory-host.ts';
import { resolve } from '../../compiler/model/resolve.ts';
import { modelFrom } from '../support/model.ts';

const spec = (position: string): string => `swin 1
model base {
  input    = image(32, 32, 3)
  classes  = 10
  patch    = 2
  dim      = 16
  depths   = [2, 2]
  heads    = [2, 4]
  window   = 4
  position = ${position}
}
`;

const square = (side: number) => ({ height: side, width: side });

for (const [text, hidden, spans] of [
  ['continuous', 512, [undefined, undefined]],
  ['continuous(hidden: 8)', 8, [undefined, undefined]],
  ['continuous(pretrained_window: 12)', 512, [square(12), square(12)]],
  ['continuous(16, [12, size(6, 3)])', 16, [square(12), { height: 6, width: 3 }]],
] as const) {
  test(`${text} has ${hidden} channels, and a span for each stage`, () => {
    const positions = modelFrom(spec(text)).stages.map(({ position }) => position);
    assert.deepEqual(
      positions,
      spans.map((span) => ({ kind: 'continuous', hidden, span })),
    );
  });
}

for (const [text, code, sentence] of [
  ['continuous(pretrained_window: [12, 12, 6])', 'SW106', /`pretrained_window` has 3 values for 2 stages: value 3/],
  ['continuous(pretrained_window: [12])', 'SW106', /`pretrained_window` has 1 value for 2 stages: stage 2 lacks/],
  ['continuous(pretrained_window: 1)', 'SW104', /1 is too small: the least is 2/],
  ['continuous(pretrained_window: [12, 0])', 'SW104', /0 is too small: the least is 2/],
  ['continuous(hidden: 0)', 'SW104', /0 is too small/],
  ['continuous(window: 12)', 'SW105', /the argument `window` is not one that it takes/],
] as const) {
  test(`${text} is ${code}`, () => {
    const { diagnostics } = resolve('test.swin', memoryHost({ 'test.swin': spec(text) }));
    const [first] = diagnostics.filter(({ severity }) => severity === 'error');
    assert.equal(first?.code, code);
    assert.match(first?.message ?? '', sentence);
  });
}

test.run();
