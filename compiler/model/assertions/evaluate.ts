import type { Assertion, Chain, Expression, Operator } from '../../../grammar/ast.ts';
import { type Diagnostic, type DiagnosticNote, diagnose, type Finding } from '../../../grammar/diagnostic.ts';
import { limits } from '../limits.ts';
import type { ResolvedModel, ResolvedVariant } from '../resolve.ts';
import { type AssertedFigures, figureQuantities } from './names.ts';
import { printExpression, printQuantity } from './print-expression.ts';
import { calculate, combine, everyNumber, type Quantity } from './quantity.ts';

interface Evaluator {
  readonly quantities: ReadonlyMap<string, Quantity>;
  readonly report: (finding: Finding) => void;
}

/** Judges the assertions of a model now that its figures are known: a diagnostic for each that does not hold. */
export function evaluateAssertions(
  resolved: ResolvedModel | ResolvedVariant,
  figures: AssertedFigures,
): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  // An assertion of a sweep holds for every variant, so that its place does not say which one fails.
  const whose: readonly DiagnosticNote[] = 'label' in resolved ? [{ message: `in the variant ${resolved.name}` }] : [];
  const evaluator: Evaluator = {
    quantities: new Map([...resolved.quantities, ...figureQuantities(figures)]),
    report: (finding) =>
      diagnostics.push(diagnose(resolved.file, { ...finding, notes: [...whose, ...(finding.notes ?? [])] })),
  };
  if (resolved.model !== undefined)
    for (const assertion of resolved.assertions) evaluateAssertion(assertion, evaluator);
  return diagnostics;
}

function evaluateAssertion({ expression, message, span }: Assertion, evaluator: Evaluator): void {
  if (!evaluator.quantities.has('memory') && mentions(expression, 'memory')) {
    evaluator.report({
      code: 'SW306',
      severity: 'note',
      message: 'this assertion is not judged here: `memory` is known once the model is compiled',
      span,
    });
    return;
  }
  const failures = judge(expression, evaluator);
  if (failures === undefined || failures.length === 0) return;
  const notes: DiagnosticNote[] = message === undefined ? [] : [{ message }];
  evaluator.report({ code: 'SW304', message: `assertion failed: ${failures.join('; ')}`, span, notes });
}

/** A sentence for each comparison that makes a truth fail; none when it holds, undefined when that cannot be said. */
function judge(expression: Expression, evaluator: Evaluator): readonly string[] | undefined {
  if (expression.kind === 'group') return judge(expression.inner, evaluator);
  if (expression.kind !== 'chain') return undefined;
  const operator = expression.rest[0]?.operator;
  if (operator !== 'and' && operator !== 'or') return judgeComparison(expression, evaluator);
  const failures: string[] = [];
  for (const operand of [expression.first, ...expression.rest.map((operation) => operation.operand)]) {
    const judged = judge(operand, evaluator);
    if (judged === undefined) return undefined;
    if (operator === 'or' && judged.length === 0) return [];
    failures.push(...judged);
  }
  return failures;
}

type Comparison = Exclude<Operator, 'and' | 'or' | 'in' | '..' | '+' | '-' | '*' | '/'>;

interface Judgement {
  readonly holds: (left: number, right: number) => boolean;
  /** What stands between the two values when it does not hold. */
  readonly denial: string;
}

const comparisons: Readonly<Record<Comparison, Judgement>> = {
  '==': { holds: (left, right) => left === right, denial: 'not' },
  '!=': { holds: (left, right) => left !== right, denial: 'which is' },
  '<=': { holds: (left, right) => left <= right, denial: 'more than' },
  '>=': { holds: (left, right) => left >= right, denial: 'less than' },
  '<': { holds: (left, right) => left < right, denial: 'not less than' },
  '>': { holds: (left, right) => left > right, denial: 'not more than' },
};

function isComparison(operator: Operator): operator is Comparison {
  return Object.hasOwn(comparisons, operator);
}

function judgeComparison(chain: Chain, evaluator: Evaluator): readonly string[] | undefined {
  const operation = chain.rest[0];
  const left = evaluate(chain.first, evaluator);
  if (operation === undefined || left === undefined) return undefined;
  const claim = `${printExpression(chain.first)} is ${printQuantity(left)}`;
  if (isComparison(operation.operator)) {
    const right = evaluate(operation.operand, evaluator);
    if (right === undefined) return undefined;
    const { holds, denial } = comparisons[operation.operator];
    return allHold(left, right, operation.operator, holds) ? [] : [`${claim}, ${denial} ${printQuantity(right)}`];
  }
  const bounds = operation.operand;
  const most = bounds.kind === 'chain' ? bounds.rest[0]?.operand : undefined;
  if (bounds.kind !== 'chain' || most === undefined) return undefined;
  const [low, high] = [evaluate(bounds.first, evaluator), evaluate(most, evaluator)];
  if (low === undefined || high === undefined) return undefined;
  const inside =
    allHold(left, low, '>=', comparisons['>='].holds) && allHold(left, high, '<=', comparisons['<='].holds);
  return inside ? [] : [`${claim}, outside of ${printQuantity(low)}..${printQuantity(high)}`];
}

/** Item by item; lists of different lengths are different and nothing else. `!=` asks for one difference. */
function allHold(
  left: Quantity,
  right: Quantity,
  operator: Comparison,
  holds: (left: number, right: number) => boolean,
): boolean {
  const results = combine(left, right, holds);
  if (results === undefined) return operator === '!=';
  return operator === '!=' ? results.some(Boolean) : results.every(Boolean);
}

/** Undefined after a report: a division by zero, or a number that is not exact. */
function evaluate(expression: Expression, evaluator: Evaluator): Quantity | undefined {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'name':
      return evaluator.quantities.get(expression.text);
    case 'group':
      return evaluate(expression.inner, evaluator);
    case 'negative': {
      const value = evaluate(expression.operand, evaluator);
      return value === undefined ? undefined : calculate(0, value, (zero, number) => zero - number);
    }
    case 'list': {
      const items = expression.items.map((item) => evaluate(item, evaluator));
      const sound = items.filter((item) => item !== undefined);
      return sound.length === items.length ? sound : undefined;
    }
    case 'chain':
      return evaluateArithmetic(expression, evaluator);
    case 'missing':
      return undefined;
  }
}

const arithmetic: Readonly<Partial<Record<Operator, (left: number, right: number) => number>>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};

function evaluateArithmetic(chain: Chain, evaluator: Evaluator): Quantity | undefined {
  let value = evaluate(chain.first, evaluator);
  for (const { operator, operand } of chain.rest) {
    const operate = arithmetic[operator];
    const right = evaluate(operand, evaluator);
    if (value === undefined || right === undefined || operate === undefined) return undefined;
    value = calculate(value, right, operate);
    if (value !== undefined && everyNumber(value, isExact)) continue;
    const zero = operator === '/' && !everyNumber(right, (divisor) => divisor !== 0);
    const message = zero ? 'this divides by zero' : 'this comes to more than 2^53, beyond which numbers are not exact';
    evaluator.report({ code: 'SW305', message, span: chain.span, help: 'write the assertion without' });
    return undefined;
  }
  return value;
}

function isExact(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) <= limits.assertionNumber;
}

/** Walks without recursion on chains' length; brackets bound the depth. */
function mentions(expression: Expression, name: string): boolean {
  switch (expression.kind) {
    case 'name':
      return expression.text === name;
    case 'group':
      return mentions(expression.inner, name);
    case 'negative':
      return mentions(expression.operand, name);
    case 'list':
      return expression.items.some((item) => mentions(item, name));
    case 'chain':
      return [expression.first, ...expression.rest.map(({ operand }) => operand)].some((each) => mentions(each, name));
    default:
      return false;
  }
}
