/** What each opcode of the pickle format does. */
import { callValue, loadPersistent, lookUpGlobal } from './pickle-globals.ts';
import {
  inertOf,
  malformed,
  type PickleMachine,
  peek,
  pop,
  popToMark,
  push,
  pushMark,
  recall,
  remember,
} from './pickle-machine.ts';
import {
  advance,
  type PickleReader,
  readByte,
  readFloat64,
  readFloatLine,
  readInt32,
  readInteger,
  readIntegerLine,
  readLine,
  readOldText,
  readText,
  readUint16,
  readUint32,
  readUint64,
} from './pickle-reader.ts';
import { isObject, type PickleValue } from './pickle-values.ts';

type Step = (machine: PickleMachine) => void;

export const stop = 0x2e;

/** Pushes what the opcode's own bytes say. */
const literal =
  (read: (reader: PickleReader) => PickleValue): Step =>
  (machine) =>
    push(machine, read(machine.reader));

/** Skips contents that nobody asks for. */
const skipped = (length: (reader: PickleReader) => number): Step =>
  literal((reader) => {
    advance(reader, length(reader));
    return { kind: 'other', what: 'bytes' };
  });

/** A tuple of the topmost values. */
const tupleOf =
  (count: number): Step =>
  (machine) => {
    const items = Array.from({ length: count }, () => pop(machine)).reverse();
    push(machine, { kind: 'tuple', items });
  };

const dictOf = (items: readonly PickleValue[]): PickleValue => {
  const dict: PickleValue = { kind: 'dict', entries: new Map() };
  setItems(dict, items);
  return dict;
};

const aSet: PickleValue = { kind: 'other', what: 'a set' };

const extension =
  (read: (reader: PickleReader) => number): Step =>
  (machine) =>
    push(machine, inertOf(machine, `copyreg.extension.${read(machine.reader)}`));

const literals: readonly (readonly [code: number | string, step: Step])[] = [
  ['N', literal(() => null)],
  [0x88, literal(() => true)],
  [0x89, literal(() => false)],
  ['I', literal(readIntegerLine)],
  ['L', literal(readIntegerLine)],
  ['J', literal(readInt32)],
  ['K', literal(readByte)],
  ['M', literal(readUint16)],
  [0x8a, literal((reader) => readInteger(reader, readByte(reader)))],
  [0x8b, literal((reader) => readInteger(reader, readUint32(reader)))],
  ['F', literal(readFloatLine)],
  ['G', literal(readFloat64)],
  ['V', literal(readLine)],
  ['T', literal((reader) => readOldText(reader, readUint32(reader)))],
  ['U', literal((reader) => readOldText(reader, readByte(reader)))],
  ['X', literal((reader) => readText(reader, readUint32(reader)))],
  [0x8c, literal((reader) => readText(reader, readByte(reader)))],
  [0x8d, literal((reader) => readText(reader, readUint64(reader)))],
  ['B', skipped(readUint32)],
  ['C', skipped(readByte)],
  [0x8e, skipped(readUint64)],
  [0x96, skipped(readUint64)],
];

const containers: typeof literals = [
  ['(', pushMark],
  [')', literal(() => ({ kind: 'tuple', items: [] }))],
  ['t', (machine) => push(machine, { kind: 'tuple', items: popToMark(machine) })],
  [0x85, tupleOf(1)],
  [0x86, tupleOf(2)],
  [0x87, tupleOf(3)],
  [']', literal(() => ({ kind: 'list', items: [] }))],
  ['l', (machine) => push(machine, { kind: 'list', items: popToMark(machine) })],
  ['a', (machine) => append([pop(machine)], machine)],
  ['e', (machine) => append(popToMark(machine), machine)],
  ['}', literal(() => ({ kind: 'dict', entries: new Map() }))],
  ['d', (machine) => push(machine, dictOf(popToMark(machine)))],
  ['s', setItem],
  [
    'u',
    (machine) => {
      const items = popToMark(machine);
      setItems(peek(machine), items);
    },
  ],
  [0x8f, literal(() => aSet)],
  [0x90, (machine) => void popToMark(machine)],
  [
    0x91,
    (machine) => {
      popToMark(machine);
      push(machine, aSet);
    },
  ],
];

const calls: typeof literals = [
  ['c', (machine) => push(machine, lookUpGlobal(machine, readLine(machine.reader), readLine(machine.reader)))],
  [0x93, stackGlobal],
  ['R', call],
  [0x81, call],
  [
    0x92,
    (machine) => {
      pop(machine);
      call(machine);
    },
  ],
  ['i', callClass],
  ['o', callObject],
  // The state of an object: its attributes, or what it would be given to set itself up.
  ['b', (machine) => void pop(machine)],
  ['P', (machine) => push(machine, loadPersistent(readLine(machine.reader)))],
  ['Q', (machine) => push(machine, loadPersistent(pop(machine)))],
  [0x82, extension(readByte)],
  [0x83, extension(readUint16)],
  [0x84, extension(readUint32)],
];

const bookkeeping: typeof literals = [
  [0x80, readProtocol],
  [0x95, (machine) => void readUint64(machine.reader)],
  ['0', dropTop],
  ['1', (machine) => void popToMark(machine)],
  ['2', (machine) => push(machine, peek(machine))],
  ['q', (machine) => remember(machine, readByte(machine.reader))],
  ['r', (machine) => remember(machine, readUint32(machine.reader))],
  ['p', (machine) => remember(machine, readIndex(machine.reader))],
  [0x94, (machine) => remember(machine, machine.memo.size)],
  ['h', (machine) => recall(machine, readByte(machine.reader))],
  ['j', (machine) => recall(machine, readUint32(machine.reader))],
  ['g', (machine) => recall(machine, readIndex(machine.reader))],
];

export const opcodes: ReadonlyMap<number, Step> = new Map(
  [...literals, ...containers, ...calls, ...bookkeeping].map(([code, step]) => [
    typeof code === 'string' ? code.charCodeAt(0) : code,
    step,
  ]),
);

function readProtocol(machine: PickleMachine): void {
  const protocol = readByte(machine.reader);
  if (protocol < 2 || protocol > 5) throw malformed(`its protocol is ${protocol}, and 2 to 5 are read`);
}

function readIndex(reader: PickleReader): number {
  const index = readIntegerLine(reader);
  if (typeof index !== 'number' || index < 0) throw malformed('it remembers a value under no number');
  return index;
}

/** A mark counts as a value here. */
function dropTop(machine: PickleMachine): void {
  if (machine.marks.at(-1) === machine.stack.length) machine.marks.pop();
  else pop(machine);
}

function append(items: readonly PickleValue[], machine: PickleMachine): void {
  const target = peek(machine);
  if (isInert(target)) return;
  if (!isObject(target) || target.kind !== 'list') throw malformed('it appends to what is no list');
  for (const item of items) target.items.push(item);
}

function setItem(machine: PickleMachine): void {
  const value = pop(machine);
  const key = pop(machine);
  setItems(peek(machine), [key, value]);
}

/** Keys and values by turns. */
function setItems(target: PickleValue, items: readonly PickleValue[]): void {
  if (items.length % 2 !== 0) throw malformed('it has a key without a value');
  if (isInert(target)) return;
  if (!isObject(target) || target.kind !== 'dict') throw malformed('it sets an item of what is no dict');
  for (let index = 0; index < items.length; index += 2) {
    target.entries.set(items[index] ?? null, items[index + 1] ?? null);
  }
}

function stackGlobal(machine: PickleMachine): void {
  const name = pop(machine);
  const module = pop(machine);
  if (typeof name !== 'string' || typeof module !== 'string')
    throw malformed('it names a function by what is no string');
  push(machine, lookUpGlobal(machine, module, name));
}

function call(machine: PickleMachine): void {
  const items = pop(machine);
  push(machine, callValue(machine, pop(machine), items));
}

function callClass(machine: PickleMachine): void {
  const callee = lookUpGlobal(machine, readLine(machine.reader), readLine(machine.reader));
  push(machine, callValue(machine, callee, { kind: 'tuple', items: popToMark(machine) }));
}

function callObject(machine: PickleMachine): void {
  const [callee, ...items] = popToMark(machine);
  if (callee === undefined) throw malformed('it calls what is no function');
  push(machine, callValue(machine, callee, { kind: 'tuple', items }));
}

function isInert(value: PickleValue): boolean {
  return isObject(value) && value.kind === 'inert';
}
