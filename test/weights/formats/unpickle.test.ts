/** Pickles written by hand: what opcodes mean, and what ends a hostile file. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CheckpointFileError } from '../../../compiler/weights/formats/checkpoint-file-error.ts';
import { pickleLimits } from '../../../compiler/weights/formats/pickle-machine.ts';
import type { PickleValue } from '../../../compiler/weights/formats/pickle-values.ts';
import { unpickle } from '../../../compiler/weights/formats/unpickle.ts';

const test = suite('the unpickler');

/** A character is a byte; the protocol and the final stop are added. */
const pickle = (body: string): Uint8Array => Uint8Array.from(Buffer.from(`\x80\x02${body}.`, 'latin1'));

const dict = (...entries: readonly [PickleValue, PickleValue][]): PickleValue => ({
  kind: 'dict',
  entries: new Map(entries),
});
const list = (...items: PickleValue[]): PickleValue => ({ kind: 'list', items });
const tuple = (...items: readonly PickleValue[]): PickleValue => ({ kind: 'tuple', items });

const meanings: readonly (readonly [what: string, body: string, value: PickleValue])[] = [
  ['None', 'N', null],
  ['truth', '\x88', true],
  ['the truth of old protocols', 'I01\n', true],
  ['a byte', 'K\xff', 255],
  ['two bytes', 'M\x01\x02', 513],
  ['four bytes with a sign', 'J\xfe\xff\xff\xff', -2],
  ['no bytes at all', '\x8a\x00', 0],
  ['a long that a number holds', '\x8a\x06\x00\x00\x00\x00\x00\xff', -(2 ** 40)],
  ['a long that none holds', '\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01', 2n ** 64n],
  ['a long with a long count', '\x8b\x01\x00\x00\x00\x80', -128],
  ['a number in digits', 'I-12\n', -12],
  ['a long in digits', 'L36893488147419103232L\n', 2n ** 65n],
  ['a float', 'G\x3f\xf8\x00\x00\x00\x00\x00\x00', 1.5],
  ['a float in digits', 'F-2.5\n', -2.5],
  ['UTF-8', 'X\x03\x00\x00\x00a\xc3\xa9', 'aé'],
  ['a short string', '\x8c\x01a', 'a'],
  ['a text of Python 2', 'U\x02ab', 'ab'],
  ['bytes of Python 2', 'U\x02a\xe9', { kind: 'other', what: 'bytes' }],
  ['bytes', 'C\x02ab', { kind: 'other', what: 'bytes' }],
  ['tuples', ')K\x01\x85K\x01K\x02\x86K\x01K\x02K\x03\x87\x87', tuple(tuple(1), tuple(1, 2), tuple(1, 2, 3))],
  ['an empty tuple and a marked one', '()K\x07t', tuple(tuple(), 7)],
  ['a list', '](K\x01K\x02eK\x03a', list(1, 2, 3)],
  ['a dict', '}(\x8c\x01aK\x01\x8c\x01bK\x02u\x8c\x01aK\x03s', dict(['a', 3], ['b', 2])],
  ['a dict at once', '(\x8c\x01aK\x01d', dict(['a', 1])],
  ['a set', '\x8f(K\x01K\x02\x90', { kind: 'other', what: 'a set' }],
  ['a remembered value', '\x8c\x01aq\x050h\x05h\x05\x86', tuple('a', 'a')],
  ['values remembered in order', '\x8c\x01a\x940\x8c\x01b\x940h\x01h\x00\x86', tuple('b', 'a')],
  ['what is dropped', 'K\x01K\x020(K\x05K\x061', 1],
  ['a mark that is dropped', 'K\x01(0', 1],
  ['what is doubled', 'K\x012\x86', tuple(1, 1)],
  ['an OrderedDict', 'ccollections\nOrderedDict\n)R\x8c\x01aK\x01s', dict(['a', 1])],
  ['the OrderedDict of Python 2', 'ccollections\nOrderedDict\n](\x8c\x01aK\x01\x86e\x85R', dict(['a', 1])],
  ['attributes of a dict', 'ccollections\nOrderedDict\n)R}\x8c\x01aK\x01sb', dict()],
  ['a frame', '\x95\x02\x00\x00\x00\x00\x00\x00\x00K\x01', 1],
];

for (const [what, body, value] of meanings) {
  test(`reads ${what}`, () => {
    assert.equal(unpickle(pickle(body)), { value, inert: [] });
  });
}

const inert: readonly (readonly [what: string, body: string, name: string])[] = [
  ['a call', 'cos\nsystem\n\x8c\x01a\x85R', 'os.system'],
  ['a call of what a call answers', 'cbuiltins\ngetattr\n)R\x8c\x01a\x85R', 'builtins.getattr'],
  ['an object', 'cos\nC\n)\x81', 'os.C'],
  ['an object with keywords', 'cos\nC\n)}\x92', 'os.C'],
  ['items of an object', 'cos\nC\n)\x81(\x8c\x01aK\x01uK\x01a', 'os.C'],
  ['a name of the extension registry', '\x82\x05', 'copyreg.extension.5'],
  ['a storage type that is called', 'ctorch\nFloatStorage\nK\x01\x85R', 'torch.FloatStorage'],
  ['a function that hides among storage types', 'ctorch\n__proto__\n', 'torch.__proto__'],
  ['a name with control characters', 'cos\n\x1b[2J\n', '"os.\\u001b[2J"'],
];

for (const [what, body, name] of inert) {
  test(`leaves inert ${what}`, () => {
    assert.equal(unpickle(pickle(body)), { value: { kind: 'inert', name }, inert: [name] });
  });
}

const tensorCall = (storage: string, offset: string, shape: string): string =>
  `ctorch._utils\n_rebuild_tensor_v2\n(${storage}${offset}${shape}\x89)tR`;
const storage = '(\x8c\x07storagectorch\nFloatStorage\n\x8c\x010\x8c\x03cpuK\x06tQ';

const faults: readonly (readonly [what: string, body: string, sentence: RegExp])[] = [
  ['an unknown opcode', '\xff', /unknown opcode 0xff/],
  ['a value that is not there', '0', /takes a value that is not there/],
  ['a value below a mark', 'K\x01(a', /takes a value that is not there/],
  ['a mark that is not there', 'K\x01t', /looks for a mark/],
  ['a memory that is not there', 'h\x00', /never remembered/],
  ['a key without a value', '}(K\x01u', /a key without a value/],
  ['an item of a number', 'K\x01K\x01K\x01s', /what is no dict/],
  ['an append to a number', 'K\x01K\x01a', /what is no list/],
  ['a call of a string', '\x8c\x01a)R', /what is no function/],
  ['an unknown protocol', '\x80\x06', /its protocol is 6/],
  ['a string beyond the end', 'X\xff\xff\xff\xff', /ends too early/],
  ['a string far beyond the end', '\x8d\xff\xff\xff\xff\xff\xff\xff\xff', /ends too early/],
  ['a string that is not UTF-8', '\x8c\x01\xff', /not UTF-8/],
  ['a huge number', `\x8b\xff\xff\x00\x00${'\x01'.repeat(0xffff)}`, /longer than 256 bytes/],
  ['a huge number in digits', `L${'1'.repeat(300)}L\n`, /longer than 256 bytes/],
  ['deep nesting', '('.repeat(pickleLimits.marks + 1), /levels of nesting/],
  ['a tall stack', 'N'.repeat(pickleLimits.stack + 1), /values on its stack/],
  ['many steps', 'N0'.repeat(pickleLimits.work / 2 + 1), /steps/],
  ['many unknown names', Array.from({ length: 10_001 }, (_, name) => `cos\n${name}\n`).join(''), /unknown functions/],
  ['a long key of a storage', storage.replace('\x8c\x010', `X\xc8\x00\x00\x00${'0'.repeat(200)}`), /no key or no size/],
  ['a persistent id that is none', 'K\x01Q', /a persistent id is not a tuple/],
  ['a persistent id of something else', '\x8c\x06moduleK\x01\x86Q', /names no storage/],
  ['a negative offset', tensorCall(storage, 'J\xff\xff\xff\xff', 'K\x02\x85K\x01\x85'), /made of something else/],
  [
    'a shape of fractions',
    tensorCall(storage, 'K\x00', 'G\x3f\xf8\x00\x00\x00\x00\x00\x00\x85K\x01\x85'),
    /something else/,
  ],
  ['fewer strides than lengths', tensorCall(storage, 'K\x00', 'K\x02K\x02\x86K\x01\x85'), /something else/],
  ['a tensor of no storage', tensorCall('K\x01', 'K\x00', 'K\x02\x85K\x01\x85'), /something else/],
];

for (const [what, body, sentence] of faults) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => unpickle(pickle(body)),
      (error: unknown) => error instanceof CheckpointFileError && sentence.test(error.message),
    );
  });
}

test('a list that holds itself, doubled again and again, costs what it says', () => {
  const { value } = unpickle(pickle(`]2a${'2\x86'.repeat(1000)}`));
  assert.is(typeof value, 'object');
});

test('copies of a long list count as steps', () => {
  const pairs = `](${'\x8c\x01aK\x01\x86'.repeat(10_000)}e`;
  const copies = 'ccollections\nOrderedDict\nh\x00\x85R0'.repeat(1000);
  assert.throws(
    () => unpickle(pickle(`${pairs}q\x00${copies}`)),
    (error: unknown) => error instanceof CheckpointFileError && /steps/.test(error.message),
  );
});

test.run();
