import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseSafetensors, SafetensorsError, toFloat32 } from '../../runtime/safetensors.ts';
import { readCheckpoint } from '../support/checkpoints.ts';
import { mutate, randomFrom } from '../support/mutations.ts';
import { mutationCount } from '../support/scale.ts';

const test = suite('mutations of a safetensors header');

/** Pieces that mean something in a header. */
const vocabulary: readonly string[] = [
  ...['{', '}', '[', ']', '"', ':', ',', '\\', '\\u0000', '\\ud800', ' ', 'null', 'true', '-1', '0', '1e309', '0.5'],
  ...['9007199254740993', '18446744073709551616', '"dtype"', '"shape"', '"data_offsets"', '"__metadata__"', '{}'],
  ...['"F32"', '"F16"', '"F4"', '"I64"', '"__proto__":', '[0,0]', '[[[[[[[[', '{"a":{"a":{"a":'],
];

test('give tensors or a typed error', () => {
  const { bytes } = readCheckpoint('microsoft-micro');
  const reached = new Set<string>();
  const headerEnd = 8 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  for (let seed = 0; seed < mutationCount(); seed++) {
    const random = randomFrom(seed);
    const original = bytes.subarray(8, headerEnd);
    const header = random() < 0.5 ? mutate(original, random, vocabulary) : mutateEntries(original, random);
    const file = reassemble(header, bytes.subarray(headerEnd), random);
    try {
      for (const tensor of parseSafetensors(file).tensors.values()) checkReadable(tensor);
      reached.add('read');
    } catch (error) {
      if (!(error instanceof SafetensorsError)) throw new Error(`seed ${seed} throws from within`, { cause: error });
      reached.add(error.code);
    }
  }
  if (mutationCount() < 1000) return;
  // Otherwise the mutations would prove little.
  const deepest = ['read', 'duplicate-key', 'size-mismatch', 'not-contiguous', 'truncated', 'trailing-bytes'];
  assert.equal(
    deepest.filter((code) => !reached.has(code)),
    [],
  );
});

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly number[];
}

const pick = <Item>(items: readonly Item[], random: () => number): Item | undefined =>
  items[Math.floor(random() * items.length)];

const oddNumbers: readonly number[] = [0, 1, 2, 4, 7, 16, 1024, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 - 1, 1e300, 0.5, -1];

/** Valid JSON that says other things: blind damage to the bytes seldom gets past the parser. */
function mutateEntries(header: Uint8Array, random: () => number): Uint8Array {
  const { __metadata__, ...tensors }: Record<string, Entry> = JSON.parse(new TextDecoder().decode(header));
  const entries = Object.entries(tensors);
  for (let edit = 0; edit <= random() * 3; edit++) {
    const index = Math.floor(random() * entries.length);
    const [name, entry] = entries[index] ?? ['', { dtype: 'F32', shape: [], data_offsets: [] }];
    const [begin = 0, end = 0] = entry.data_offsets;
    const odd = pick(oddNumbers, random) ?? 0;
    const replacements: readonly [string, Entry][] = [
      [name, { ...entry, data_offsets: [begin, end + 4] }],
      [name, { ...entry, data_offsets: [begin + 4, end] }],
      [name, { ...entry, data_offsets: [begin + odd, end + odd] }],
      [name, { ...entry, data_offsets: [end, begin] }],
      [name, { ...entry, shape: entry.shape.map((length) => (random() < 0.5 ? odd : length)) }],
      [name, { ...entry, shape: [...entry.shape, odd] }],
      [name, { ...entry, shape: [...entry.shape].reverse() }],
      [name, { ...entry, dtype: pick(['F64', 'F16', 'F4', 'I32', 'BOOL', 'C64', 'constructor'], random) ?? '' }],
      [pick(entries, random)?.[0] ?? name, entry],
    ];
    const replacement = random() < 0.1 ? undefined : pick(replacements, random);
    entries.splice(index, 1, ...(replacement === undefined ? [] : [replacement]));
  }
  const text = entries.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`).join(',');
  return new TextEncoder().encode(`{"__metadata__":${JSON.stringify(__metadata__ ?? {})},${text}}`);
}

/** Mostly with the true length, so that mutations reach the checks behind it. */
function reassemble(header: Uint8Array, values: Uint8Array, random: () => number): Uint8Array {
  const excess = random() < 0.05 ? 4 : 0;
  const file = new Uint8Array(8 + header.length + values.length + excess);
  const length = random() < 0.9 ? header.length : Math.floor(random() * 2 ** 53);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(header, 8);
  file.set(values, 8 + header.length);
  return random() < 0.9 ? file : file.subarray(0, Math.floor(random() * file.length));
}

function checkReadable(tensor: Parameters<typeof toFloat32>[0]): void {
  if (['F32', 'F16', 'BF16', 'F64'].includes(tensor.dtype)) toFloat32(tensor);
}

test.run();
