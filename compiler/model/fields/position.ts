import type { Size } from '../model.ts';
import { spellSize } from '../spell.ts';
import { matchArguments } from './arguments.ts';
import { printPerStage } from './print.ts';
import { integer, type PerStage, perStage, type Reader, reportWrongChoice } from './reader.ts';
import { size } from './size.ts';

/** Of Swin V2's published models. */
const defaultHidden = 512;

/** Offsets are counted in windows less one, so that a window of one token measures nothing. */
const leastWindow = 2;

export type Position =
  | { readonly kind: 'table' }
  | { readonly kind: 'none' }
  /** Swin V2's: a small network over log-spaced offsets. */
  | { readonly kind: 'continuous'; readonly hidden: number; readonly pretrainedWindow: PerStage<Size> | undefined };

export const position: Reader<Position> = (value, report) => {
  if (value.kind === 'name' && (value.text === 'table' || value.text === 'none')) return { kind: value.text };
  if (value.kind === 'name' && value.text === 'continuous') {
    return { kind: 'continuous', hidden: defaultHidden, pretrainedWindow: undefined };
  }
  if (value.kind !== 'call' || value.name.text !== 'continuous') {
    return reportWrongChoice(value, ['table', 'continuous', 'none'], report);
  }
  const matched = matchArguments(value, ['hidden', 'pretrained_window'], report);
  if (matched === undefined) return undefined;
  const hidden = matched.get('hidden');
  const pretrained = matched.get('pretrained_window');
  const readHidden = hidden === undefined ? defaultHidden : integer(1)(hidden, report);
  const readPretrained = pretrained === undefined ? undefined : perStage(size(leastWindow))(pretrained, report);
  if (readHidden === undefined || (pretrained !== undefined && readPretrained === undefined)) return undefined;
  return { kind: 'continuous', hidden: readHidden, pretrainedWindow: readPretrained };
};

export function printPosition(value: Position): string {
  if (value.kind !== 'continuous') return value.kind;
  const { hidden, pretrainedWindow } = value;
  const pretrained =
    pretrainedWindow === undefined ? '' : `, pretrained_window: ${printPerStage(spellSize)(pretrainedWindow)}`;
  return `continuous(hidden: ${hidden}${pretrained})`;
}
