import { plainNumber } from '../spell.ts';
import { matchArguments } from './arguments.ts';
import { printPerStage } from './print.ts';
import { integer, type PerStage, perStage, type Reader, reportWrongChoice } from './reader.ts';

export type Position =
  | { readonly kind: 'table' }
  | { readonly kind: 'none' }
  /** Swin V2's: a small network over log-spaced offsets. */
  | { readonly kind: 'continuous'; readonly hidden: number; readonly pretrainedWindow: PerStage<number> | undefined };

export const position: Reader<Position> = (value, report) => {
  if (value.kind === 'name' && (value.text === 'table' || value.text === 'none')) return { kind: value.text };
  if (value.kind === 'name' && value.text === 'continuous') {
    return { kind: 'continuous', hidden: 512, pretrainedWindow: undefined };
  }
  if (value.kind !== 'call' || value.name.text !== 'continuous') {
    return reportWrongChoice(value, ['table', 'continuous', 'none'], report);
  }
  const matched = matchArguments(value, ['hidden', 'pretrained_window'], report);
  if (matched === undefined) return undefined;
  const hidden = matched.get('hidden');
  const pretrained = matched.get('pretrained_window');
  const readHidden = hidden === undefined ? 512 : integer(1)(hidden, report);
  const readPretrained = pretrained === undefined ? undefined : perStage(integer(1))(pretrained, report);
  if (readHidden === undefined || (pretrained !== undefined && readPretrained === undefined)) return undefined;
  return { kind: 'continuous', hidden: readHidden, pretrainedWindow: readPretrained };
};

export function printPosition(value: Position): string {
  if (value.kind !== 'continuous') return value.kind;
  const { hidden, pretrainedWindow } = value;
  const pretrained =
    pretrainedWindow === undefined ? '' : `, pretrained_window: ${printPerStage(plainNumber)(pretrainedWindow)}`;
  return `continuous(hidden: ${hidden}${pretrained})`;
}
