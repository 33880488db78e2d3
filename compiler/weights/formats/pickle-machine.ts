/** The state of a pickle while it is read: a stack with marks, a memo, and what was left inert. */
import { CheckpointFileError, quoteName } from './checkpoint-file-error.ts';
import { type PickleReader, readerOf } from './pickle-reader.ts';
import type { PickleInert, PickleValue } from './pickle-values.ts';

export interface PickleMachine {
  readonly reader: PickleReader;
  readonly stack: PickleValue[];
  /** Heights of the stack at which marks stand; nothing below the last one can be taken. */
  readonly marks: number[];
  readonly memo: Map<number, PickleValue>;
  readonly inert: Set<string>;
  /** Opcodes so far, and the items that they copied. */
  work: number;
}

/** A released checkpoint with its optimizer needs a tenth of these. */
export const pickleLimits = {
  work: 5_000_000,
  stack: 1_000_000,
  marks: 1_000,
  memo: 2_000_000,
  inert: 10_000,
} as const;

const limitWords: Readonly<Record<keyof typeof pickleLimits, string>> = {
  work: 'steps',
  stack: 'values on its stack',
  marks: 'levels of nesting',
  memo: 'remembered values',
  inert: 'unknown functions and types',
};

export function machineOf(bytes: Uint8Array): PickleMachine {
  return { reader: readerOf(bytes), stack: [], marks: [], memo: new Map(), inert: new Set(), work: 0 };
}

export function requireWithin(limit: keyof typeof pickleLimits, count: number): void {
  if (count <= pickleLimits[limit]) return;
  throw new CheckpointFileError(
    `the pickle has over ${pickleLimits[limit]} ${limitWords[limit]}: no state dict has so many`,
  );
}

export function spend(machine: PickleMachine, steps: number): void {
  machine.work += steps;
  requireWithin('work', machine.work);
}

export function push(machine: PickleMachine, value: PickleValue): void {
  machine.stack.push(value);
  requireWithin('stack', machine.stack.length);
}

export function pop(machine: PickleMachine): PickleValue {
  const top = peek(machine);
  machine.stack.length -= 1;
  return top;
}

export function peek({ stack, marks }: PickleMachine): PickleValue {
  const top = stack.at(-1);
  if (top === undefined || stack.length <= (marks.at(-1) ?? 0)) throw malformed('it takes a value that is not there');
  return top;
}

export function pushMark(machine: PickleMachine): void {
  machine.marks.push(machine.stack.length);
  requireWithin('marks', machine.marks.length);
}

/** All values above the last mark, which goes with them. */
export function popToMark(machine: PickleMachine): PickleValue[] {
  const height = machine.marks.pop();
  if (height === undefined) throw malformed('it looks for a mark that is not there');
  const items = machine.stack.splice(height);
  spend(machine, items.length);
  return items;
}

export function remember(machine: PickleMachine, index: number): void {
  machine.memo.set(index, peek(machine));
  requireWithin('memo', machine.memo.size);
}

export function recall(machine: PickleMachine, index: number): void {
  const value = machine.memo.get(index);
  if (value === undefined) throw malformed('it recalls a value that it never remembered');
  push(machine, value);
}

/** A placeholder for something that is neither imported nor called. */
export function inertOf(machine: PickleMachine, name: string): PickleInert {
  const shown = /^[\w.<>]{1,200}$/.test(name) ? name : quoteName(name);
  machine.inert.add(shown);
  requireWithin('inert', machine.inert.size);
  return { kind: 'inert', name: shown };
}

export function malformed(fault: string): CheckpointFileError {
  return new CheckpointFileError(`the pickle is malformed: ${fault}`);
}
