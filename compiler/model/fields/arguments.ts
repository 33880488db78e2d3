import type { Value } from '../../../grammar/ast.ts';
import { nearest } from '../nearest.ts';
import { alternatives, type ReportFinding } from './reader.ts';

type Call = Extract<Value, { kind: 'call' }>;

/**
 * The arguments of a call by parameter, in any order where they are named; undefined after a report. Parameters that
 * get no argument are absent.
 */
export function matchArguments<Parameter extends string>(
  call: Call,
  parameters: readonly Parameter[],
  report: ReportFinding,
): ReadonlyMap<Parameter, Value> | undefined {
  const matched = new Map<Parameter, Value>();
  let sound = true;
  for (const [position, { label, value, span }] of call.arguments.entries()) {
    const wanted = label?.text;
    const parameter = wanted === undefined ? parameters[position] : parameters.find((each) => each === wanted);
    if (parameter !== undefined && !matched.has(parameter)) {
      matched.set(parameter, value);
      continue;
    }
    sound = false;
    const near = wanted === undefined ? undefined : nearest(wanted, parameters);
    const what = wanted === undefined ? 'this argument' : `the argument \`${wanted}\``;
    const trouble = parameter === undefined ? 'is not one that it takes' : 'is given twice';
    report({
      code: 'SW105',
      message: `\`${call.name.text}\`: ${what} ${trouble}`,
      span: label?.span ?? span,
      help: near === undefined ? `it takes ${alternatives(parameters)}` : `did you mean \`${near}\`?`,
    });
  }
  return sound ? matched : undefined;
}

export function reportMissingArgument(call: Call, help: string, report: ReportFinding): undefined {
  const message = `\`${call.name.text}\` lacks an argument`;
  report({ code: 'SW105', message, span: call.span, help });
  return undefined;
}
