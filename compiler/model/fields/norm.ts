import type { Value } from '../../../grammar/ast.ts';
import type { Norm } from '../model.ts';
import { plainNumber } from '../spell.ts';
import { matchArguments } from './arguments.ts';
import { choice, positive, type Reader, type ReportFinding, reportWrongChoice, reportWrongType } from './reader.ts';

/** What PyTorch takes for both kinds when nothing is said, and every published Swin has. */
const defaultEpsilon = 1e-5;

export const layerNorm: Norm = { kind: 'layer', epsilon: defaultEpsilon };
export const noNorm: Norm = { kind: 'none' };

/** `layer(eps:)`, `batch(per: channel | token, eps:)` or `none`. */
export const norm: Reader<Norm> = (value, report) => {
  const called = value.kind === 'name' || value.kind === 'call';
  if (!called) return reportWrongType(value, 'a norm: `layer`, `batch(per: …)` or `none`', report);
  const name = value.kind === 'name' ? value.text : value.name.text;
  switch (name) {
    case 'none':
      return value.kind === 'name' ? noNorm : reportWrongType(value, '`none` without arguments', report);
    case 'layer':
      return readLayer(value, report);
    case 'batch':
      return readBatch(value, report);
    default:
      return reportWrongChoice(
        { kind: 'name', text: name, span: value.kind === 'name' ? value.span : value.name.span },
        ['layer', 'batch', 'none'],
        report,
      );
  }
};

function readLayer(value: Value, report: ReportFinding): Norm | undefined {
  const matched = value.kind === 'call' ? matchArguments(value, ['eps'], report) : new Map<'eps', Value>();
  if (matched === undefined) return undefined;
  const epsilon = readEpsilon(matched.get('eps'), report);
  return epsilon === undefined ? undefined : { kind: 'layer', epsilon };
}

function readBatch(value: Value, report: ReportFinding): Norm | undefined {
  const matched = value.kind === 'call' ? matchArguments(value, ['per', 'eps'], report) : new Map<'per', Value>();
  if (matched === undefined) return undefined;
  const given = matched.get('per');
  if (given === undefined) {
    report({
      code: 'SW105',
      message: '`batch` does not say what its statistics belong to',
      span: value.span,
      help: 'write `batch(per: channel)`, or `batch(per: token)` as Swin-Free-BR was released',
    });
    return undefined;
  }
  const per = choice('channel', 'token')(given, report);
  const epsilon = readEpsilon(matched.get('eps'), report);
  return per === undefined || epsilon === undefined ? undefined : { kind: 'batch', per, epsilon };
}

function readEpsilon(value: Value | undefined, report: ReportFinding): number | undefined {
  return value === undefined ? defaultEpsilon : positive(value, report);
}

/** Every argument written out, also where it is what the language takes for granted. */
export function printNorm(value: Norm): string {
  switch (value.kind) {
    case 'none':
      return 'none';
    case 'layer':
      return `layer(eps: ${plainNumber(value.epsilon)})`;
    case 'batch':
      return `batch(per: ${value.per}, eps: ${plainNumber(value.epsilon)})`;
  }
}
