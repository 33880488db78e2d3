import type { Assertion, Chain, Expression } from '../../../grammar/ast.ts';
import { diagnose, type Finding } from '../../../grammar/diagnostic.ts';
import { limits } from '../limits.ts';
import type { Report } from '../load.ts';
import { nearest } from '../nearest.ts';
import { assertable, shapeOfName } from './names.ts';

/** What an expression is: a truth, a number, or a list whose length may be unknown. */
type Shape = 'truth' | 'number' | { readonly length: number | undefined };

interface Checker {
  /** How many stages the model has; unknown when it has errors. */
  readonly stages: number | undefined;
  readonly report: (finding: Finding) => void;
}

/** Whether an assertion can be judged once the figures are known. */
export function checkAssertion(
  { expression }: Assertion,
  { file, stages }: { readonly file: string; readonly stages: number | undefined },
  report: Report,
): boolean {
  const checker: Checker = { stages, report: (finding) => report(diagnose(file, finding)) };
  const shape = shapeOf(expression, checker);
  if (shape === undefined || shape === 'truth') return shape !== undefined;
  mismatch(expression, 'an assertion is a comparison', 'compare it, such as `params == 28_288_354`', checker);
  return false;
}

/** Undefined after a report, and silently where the text was damaged. */
function shapeOf(expression: Expression, checker: Checker): Shape | undefined {
  switch (expression.kind) {
    case 'missing':
      return undefined;
    case 'number':
      return checkNumber(expression, checker);
    case 'name':
      return checkName(expression, checker);
    case 'group':
      return shapeOf(expression.inner, checker);
    case 'negative':
      return quantityShape(expression.operand, checker);
    case 'list': {
      const items = expression.items.map((item) => quantityShape(item, checker));
      return items.includes(undefined) ? undefined : { length: items.length };
    }
    case 'chain':
      return checkChain(expression, checker);
  }
}

function checkNumber(
  { value, text, span }: Extract<Expression, { kind: 'number' }>,
  checker: Checker,
): Shape | undefined {
  if (value <= limits.assertionNumber) return 'number';
  const help = 'write a smaller number';
  checker.report({
    code: 'SW303',
    message: `${text} is more than 2^53, beyond which numbers are not exact`,
    span,
    help,
  });
  return undefined;
}

function checkName({ text, span }: Extract<Expression, { kind: 'name' }>, checker: Checker): Shape | undefined {
  if (assertable.includes(text)) return shapeOfName(text, checker.stages);
  const near = nearest(text, assertable);
  checker.report({
    code: 'SW300',
    message: `an assertion knows no \`${text}\``,
    span,
    help: near === undefined ? `it knows ${assertable.join(', ')}` : `did you mean \`${near}\`?`,
  });
  return undefined;
}

function checkChain(chain: Chain, checker: Checker): Shape | undefined {
  const operator = chain.rest[0]?.operator;
  switch (operator) {
    case 'and':
    case 'or':
      return checkLogic(chain, operator, checker);
    case '+':
    case '-':
    case '*':
    case '/':
      return checkArithmetic(chain, checker);
    case '..':
      return mismatch(chain, '`..` stands only after `in`', 'write `FIGURE in LEAST..MOST`', checker);
    default:
      return checkComparison(chain, checker);
  }
}

function checkLogic(chain: Chain, operator: string, checker: Checker): Shape | undefined {
  const operands = [chain.first, ...chain.rest.map((operation) => operation.operand)];
  const shapes = operands.map((operand) => {
    const shape = shapeOf(operand, checker);
    if (shape === undefined || shape === 'truth') return shape;
    return mismatch(operand, `\`${operator}\` joins comparisons`, 'compare it with a number', checker);
  });
  return shapes.includes(undefined) ? undefined : 'truth';
}

function checkComparison(chain: Chain, checker: Checker): Shape | undefined {
  const [operation, extra] = chain.rest;
  if (operation === undefined) return undefined;
  if (extra !== undefined) {
    return mismatch(chain, 'comparisons do not chain', 'join two comparisons with `and`', checker);
  }
  const { operator, operand } = operation;
  if (operator !== 'in') return checkPair(chain.first, operand, chain, checker) === undefined ? undefined : 'truth';
  const bounds = operand.kind === 'chain' && operand.rest[0]?.operator === '..' ? operand : undefined;
  const most = bounds?.rest[0]?.operand;
  if (bounds === undefined || most === undefined || bounds.rest.length > 1) {
    return mismatch(operand, '`in` takes a range', 'write `FIGURE in LEAST..MOST`; both ends belong to it', checker);
  }
  const least = checkPair(chain.first, bounds.first, chain, checker);
  return least === undefined || checkPair(chain.first, most, chain, checker) === undefined ? undefined : 'truth';
}

function checkArithmetic(chain: Chain, checker: Checker): Shape | undefined {
  let shape = quantityShape(chain.first, checker);
  for (const { operand } of chain.rest) {
    const next = quantityShape(operand, checker);
    shape = shape === undefined || next === undefined ? undefined : join(shape, next, chain, checker);
  }
  return shape;
}

function checkPair(left: Expression, right: Expression, whole: Expression, checker: Checker): Shape | undefined {
  const [first, second] = [quantityShape(left, checker), quantityShape(right, checker)];
  return first === undefined || second === undefined ? undefined : join(first, second, whole, checker);
}

type QuantityShape = Exclude<Shape, 'truth'>;

function quantityShape(expression: Expression, checker: Checker): QuantityShape | undefined {
  const shape = shapeOf(expression, checker);
  if (shape !== 'truth') return shape;
  return mismatch(expression, 'a comparison is not a number', 'join comparisons with `and` or `or`', checker);
}

function join(
  first: QuantityShape,
  second: QuantityShape,
  whole: Expression,
  checker: Checker,
): QuantityShape | undefined {
  if (first === 'number') return second;
  if (second === 'number') return first;
  const known = first.length ?? second.length;
  if (first.length === undefined || second.length === undefined || first.length === second.length) {
    return { length: known };
  }
  checker.report({
    code: 'SW302',
    message: `a list of ${first.length} values stands against one of ${second.length}`,
    span: whole.span,
    help: `write one value for each${checker.stages === undefined ? '' : ` of the ${checker.stages} stages`}`,
  });
  return undefined;
}

function mismatch(expression: Expression, message: string, help: string, checker: Checker): undefined {
  checker.report({ code: 'SW301', message, span: expression.span, help });
}
