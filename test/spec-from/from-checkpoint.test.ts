/** What buffers and shapes tell beyond what every file tells. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Aspect } from '../../compiler/spec-from/fact.ts';
import { factsOfCheckpoint } from '../../compiler/spec-from/from-checkpoint.ts';
import { readMask } from '../../compiler/spec-from/mask.ts';
import { patternOf, shiftText } from '../../compiler/spec-from/pattern.ts';
import { ratioOf } from '../../compiler/spec-from/ratio.ts';
import type { Tensor } from '../../runtime/safetensors.ts';
import { type CheckpointName, readTensors } from '../support/checkpoints.ts';

type Tensors = ReadonlyMap<string, Tensor>;

const telling: readonly (readonly [CheckpointName, Readonly<Partial<Record<Aspect, string | undefined>>>])[] = [
  ['microsoft-micro', { size: '32, 32', shift: 'on', window: '4', act: undefined, 'norm.placement': 'pre' }],
  ['timm-micro', { size: undefined, shift: undefined, window: '4' }],
  ['torchvision-v2-micro', { window: '4', pretrained: 'same', 'qkv.bias': 'q-v', 'norm.placement': 'post' }],
  ['timm-v2-micro', { window: undefined, pretrained: undefined, heads: '[2, 4]', position: 'continuous(hidden: 512)' }],
  ['nvidia-swin-free-micro', { window: '[4, 8]', shift: undefined, size: undefined }],
  [
    'nvidia-swin-free-br-micro',
    { 'merge.norm': 'none', norm: 'batch(per: token, eps: 1e-5)', 'norm.placement': 'pre' },
  ],
];

for (const [name, expected] of telling) {
  test(`what ${name} tells and what it does not`, () => {
    const { facts } = factsOfCheckpoint(readTensors(name));
    for (const aspect of facts.keys()) assert.ok(facts.get(aspect)?.from, aspect);
    const found = Object.entries(expected).map(([aspect]) => [...facts].find(([each]) => each === aspect)?.[1].text);
    assert.equal(found, Object.values(expected));
  });
}

const index = 'layers.0.blocks.0.attn.relative_position_index';

/** As the libraries compute it. */
function indexOf(height: number, width: number): Tensor {
  const tokens = height * width;
  const values = new BigInt64Array(tokens * tokens);
  for (let query = 0; query < tokens; query++) {
    for (let key = 0; key < tokens; key++) {
      const rows = Math.floor(query / width) - Math.floor(key / width) + height - 1;
      values[query * tokens + key] = BigInt(rows * (2 * width - 1) + (query % width) - (key % width) + width - 1);
    }
  }
  return { dtype: 'I64', shape: [tokens, tokens], data: new Uint8Array(values.buffer) };
}

/** Swin with other tables and indices, in each block of both stages. */
function withBuffers(rows: number, indices: Tensor | undefined): Tensors {
  const given = [...readTensors('timm-micro')].map(([name, tensor]): [string, Tensor] => {
    if (!name.endsWith('bias_table')) return [name, tensor];
    return [name, { ...tensor, shape: [rows, tensor.shape[1] ?? 0] }];
  });
  const added = [0, 1].flatMap((stage) =>
    [0, 1].flatMap((block): [string, Tensor][] => {
      const name = index.replace('0.blocks.0', `${stage}.blocks.${block}`);
      return indices ? [[name, indices]] : [];
    }),
  );
  return new Map([...given, ...added]);
}

test('an index tells a window that is not square; a table alone lists those that fit', () => {
  for (const [height, width] of [
    [4, 8],
    [8, 4],
    [2, 3],
    [1, 1],
  ] as const) {
    const rows = (2 * height - 1) * (2 * width - 1);
    const { facts } = factsOfCheckpoint(withBuffers(rows, indexOf(height, width)));
    assert.is(facts.get('window')?.text, height === width ? String(height) : `size(${height}, ${width})`);
  }
  const line = factsOfCheckpoint(withBuffers(9, indexOf(1, 5)));
  assert.not(line.facts.has('window'));
  assert.match(line.hints.get('window') ?? '', /\[5, 5\] is of size\(1, 5\), or of size\(5, 1\)/);
  const { facts, hints } = factsOfCheckpoint(withBuffers(105, undefined));
  assert.not(facts.has('window'));
  assert.match(hints.get('window') ?? '', /\[105, 2\] has a row for each offset in .*size\(4, 8\), or in size\(8, 4\)/);
});

test('an index that is none is not believed', () => {
  const wrong = indexOf(4, 4);
  const data = wrong.data.slice();
  data[8 * 37] = 1;
  assert.is(factsOfCheckpoint(withBuffers(49, { ...wrong, data })).facts.get('window')?.isUsual, true);
  assert.is(factsOfCheckpoint(withBuffers(49, wrong)).facts.get('window')?.isUsual, undefined);
});

/** As the libraries compute it, for windows in rows and columns. */
function maskOf([rows, columns]: readonly [number, number], side: number, shift: number): Tensor {
  const tokens = side * side;
  const values = new Float32Array(rows * columns * tokens * tokens);
  const region = (place: number, count: number): number => {
    const length = count * side;
    return place < length - side ? 0 : place < length - shift ? 1 : 2;
  };
  const idOf = (window: number, token: number): number => {
    const row = Math.floor(window / columns) * side + Math.floor(token / side);
    const column = (window % columns) * side + (token % side);
    return 3 * region(row, rows) + region(column, columns);
  };
  for (let window = 0; window < rows * columns; window++) {
    for (let query = 0; query < tokens; query++) {
      for (let key = 0; key < tokens; key++) {
        const place = (window * tokens + query) * tokens + key;
        values[place] = idOf(window, query) === idOf(window, key) ? 0 : -100;
      }
    }
  }
  return { dtype: 'F32', shape: [rows * columns, tokens, tokens], data: new Uint8Array(values.buffer) };
}

test('a mask tells its grid and its shift', () => {
  const window = { height: 4, width: 4 };
  for (const [grid, shift] of [
    [[2, 3], 2],
    [[3, 2], 1],
    [[2, 2], 3],
  ] as const) {
    const [rows, columns] = grid;
    assert.equal(readMask(maskOf(grid, 4, shift), window), {
      grid: { height: rows * 4, width: columns * 4 },
      shift: { height: shift, width: shift },
    });
  }
  const { data, ...rest } = maskOf([2, 2], 4, 2);
  assert.is(readMask({ ...rest, data: new Uint8Array(data.length) }, window), undefined, 'of zeros');
  assert.is(readMask({ data, ...rest, shape: [4, 8, 32] }, window), undefined, 'of another shape');
});

test('a stage without masks beside one with them does not shift, unless its window is its grid', () => {
  const given = readTensors('microsoft-micro');
  const without = new Map([...given].filter(([name]) => name !== 'layers.1.blocks.1.attn_mask'));
  assert.is(factsOfCheckpoint(without).facts.get('shift')?.text, '[on, off]');
  const first = new Map([...given].filter(([name]) => name !== 'layers.0.blocks.1.attn_mask'));
  assert.is(factsOfCheckpoint(first).facts.get('size')?.text, '32, 32');
  assert.is(factsOfCheckpoint(first).facts.get('shift')?.text, '[off, on]');
  const none = new Map([...given].filter(([name]) => !name.endsWith('attn_mask')));
  assert.not(factsOfCheckpoint(none).facts.has('shift'));
});

test('offsets tell the windows of training', () => {
  const given = readTensors('torchvision-v2-micro');
  const trained = new Map(
    [...given].map(([name, tensor]): [string, Tensor] => {
      if (!name.endsWith('relative_coords_table')) return [name, tensor];
      const values = Float32Array.from({ length: 7 * 7 * 2 }, (_, place) => {
        const offset = place % 2 === 0 ? Math.floor(place / 14) - 3 : (Math.floor(place / 2) % 7) - 3;
        const scaled = (offset / (12 - 1)) * 8;
        return (Math.sign(scaled) * Math.log2(Math.abs(scaled) + 1)) / 3;
      });
      return [name, { ...tensor, data: new Uint8Array(values.buffer) }];
    }),
  );
  assert.is(factsOfCheckpoint(trained).facts.get('pretrained')?.text, '12');
});

test('files without a layout, without blocks and with absolute positions are refused', () => {
  const given = readTensors('timm-micro');
  const head = given.get('head.fc.bias');
  assert.ok(head);
  const refuse = (tensors: Tensors, message: RegExp): void => assert.throws(() => factsOfCheckpoint(tensors), message);
  refuse(new Map([['encoder.weight', head]]), /it begins with encoder\.weight/);
  refuse(
    new Map([...given].filter(([name]) => !name.includes('blocks'))),
    /has no layers\.0\.blocks\.0\.attn\.proj\.weight/,
  );
  refuse(new Map([...given, ['absolute_pos_embed', head]]), /absolute position embeddings/);
});

test('a ratio has as few digits as give every width', () => {
  const ratio = (...widths: readonly (readonly [dim: number, hidden: number])[]) =>
    ratioOf(widths.map(([dim, hidden]) => ({ dim, hidden })));
  assert.is(ratio([96, 384]), '4');
  assert.is(ratio([16, 35], [32, 70]), '2.2');
  assert.is(ratio([96, 255]), '2.66');
  assert.is(ratio([16, 64], [32, 64]), undefined);
  for (let hidden = 1; hidden < 400; hidden++) {
    assert.is(Math.floor(96 * Number(ratio([96, hidden]))), hidden);
  }
});

test('what repeats is a cycle, and what the language has a word for is that word', () => {
  assert.equal(patternOf(['4', '8', '4', '8']), ['4', '8']);
  assert.equal(patternOf(['4', '8', '4']), ['4', '8']);
  assert.equal(patternOf(['4', '4', '8']), ['4', '4', '8']);
  const square = (side: number) => ({ height: side, width: side });
  const text = (...shifts: readonly number[]) =>
    shiftText(
      shifts.map(square),
      shifts.map(() => square(8)),
    );
  assert.equal(
    [text(0, 4), text(0, 4, 0, 4), text(0, 0), text(0, 3, 0), text(2, 2), text(0, 4, 0, 3)],
    ['on', 'on', 'off', '3', 'cycle(2)', 'cycle(0, 4, 0, 3)'],
  );
});

test.run();
