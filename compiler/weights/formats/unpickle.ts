/**
 * Python's pickle format, protocols 2 to 5, as far as checkpoints need it. Nothing is ever imported or called: the names
 * in `pickle-globals.ts` have a meaning here, and all others stay placeholders. Each step costs at most what it adds to
 * the count of steps, and no step recurses, so that any file ends in bounded time and memory.
 */

import { machineOf, malformed, pop, spend } from './pickle-machine.ts';
import { opcodes, stop } from './pickle-opcodes.ts';
import { readByte } from './pickle-reader.ts';
import type { PickleValue } from './pickle-values.ts';

export interface Unpickled {
  readonly value: PickleValue;
  /** Names of functions and types that were left inert, in the order in which the file names them. */
  readonly inert: readonly string[];
}

const proto = 0x80;

/** Throws nothing but CheckpointFileError. */
export function unpickle(bytes: Uint8Array): Unpickled {
  if (bytes[0] !== proto) throw malformed('it does not begin with the number of its protocol');
  const machine = machineOf(bytes);
  while (true) {
    spend(machine, 1);
    const code = readByte(machine.reader);
    if (code === stop) break;
    const step = opcodes.get(code);
    if (!step) throw malformed(`it has the unknown opcode 0x${code.toString(16).padStart(2, '0')}`);
    step(machine);
  }
  return { value: pop(machine), inert: [...machine.inert] };
}
