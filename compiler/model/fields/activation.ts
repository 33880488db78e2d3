import type { Activation } from '../model.ts';
import { matchArguments } from './arguments.ts';
import { choice, type Reader, reportWrongChoice } from './reader.ts';

/** As `activation` reads it. */
export function printActivation(value: Activation): string {
  return value === 'gelu-tanh' ? 'gelu(tanh)' : value;
}

/** `gelu`, `gelu(tanh)`, `relu` or `silu`. */
export const activation: Reader<Activation> = (value, report) => {
  if (value.kind === 'call' && value.name.text === 'gelu') {
    const matched = matchArguments(value, ['approximation'], report);
    const approximation = matched?.get('approximation');
    if (matched === undefined) return undefined;
    if (approximation === undefined) return 'gelu';
    return choice('tanh')(approximation, report) === undefined ? undefined : 'gelu-tanh';
  }
  if (value.kind === 'name' && (value.text === 'gelu' || value.text === 'relu' || value.text === 'silu')) {
    return value.text;
  }
  return reportWrongChoice(value, ['gelu', 'gelu(tanh)', 'relu', 'silu'], report);
};
