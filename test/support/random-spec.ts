/**
 * Random specs for property tests: trees that the grammar can read, with the language's fields and every kind of
 * statement. They follow the grammar and not the rules about meaning, so that most of them do not resolve.
 */
import fc from 'fast-check';
import type {
  Argument,
  Assertion,
  Assignment,
  Ast,
  BlockStatement,
  Case,
  Declaration,
  Expression,
  Import,
  Name,
  Operator,
  StageBlock,
  Value,
  Vary,
} from '../../grammar/ast.ts';
import { startOfFile } from '../../grammar/source.ts';

/** Trees have no places before they are text. */
const span = startOfFile;

const toName = (text: string): Name => ({ text, span });

const numbers: readonly (readonly [text: string, value: number])[] = [
  ['0', 0],
  ['7', 7],
  ['224', 224],
  ['87_768_224', 87_768_224],
  ['1e-5', 1e-5],
  ['2.5', 2.5],
  ['4k', 4000],
  ['30M', 3e7],
  ['2KiB', 2048],
];
const fields = [
  ...['input', 'classes', 'dim', 'depths', 'window', 'shift', 'norm', 'merge.norm', 'norm.placement', 'qkv.bias'],
  ...['preprocess.interpolation', 'preprocess.mean', 'features', 'stage', 'model.case', 'in'],
];
const words = ['on', 'off', 'global', 'gelu', 'before-shift', 'q-v', 'params', 'windows', 'stage', 'vary', 'as', 'x'];
const models = ['swin-t', 'swin-free-b-br-dr12', 'm', 'model', 'case'];

const written = fc.oneof(
  fc.constantFrom('"published"', '"\\u0041\\/\\n"', '"// no comment"', '"é 😀 }"', '""'),
  fc.string({ maxLength: 60 }).map((text) => JSON.stringify(text)),
);
const readString = (text: string): string => String(JSON.parse(text));
const field = fc.constantFrom(...fields).map(toName);
const word = fc.constantFrom(...words);
const modelName = fc.constantFrom(...models).map(toName);

const { value } = fc.letrec<{ value: Value; leaf: Value; argument: Argument }>((tie) => ({
  leaf: fc.oneof(
    fc
      .record({ number: fc.constantFrom(...numbers), sign: fc.constantFrom(1, -1) })
      .map(({ number: [text, size], sign }): Value => {
        return { kind: 'number', value: sign * size, text: sign < 0 ? `-${text}` : text, span };
      }),
    word.map((text): Value => ({ kind: 'name', text, span })),
    written.map((text): Value => ({ kind: 'string', value: readString(text), written: text, span })),
  ),
  argument: fc.record({
    label: fc.option(fc.constantFrom('eps', 'per', 'stage', 'in').map(toName), { nil: undefined }),
    value: tie('value'),
    span: fc.constant(span),
  }),
  value: fc.oneof(
    { depthSize: 'small' },
    { arbitrary: tie('leaf'), weight: 3 },
    fc.array(tie('value'), { maxLength: 6 }).map((items): Value => ({ kind: 'list', items, span })),
    fc.array(tie('leaf'), { maxLength: 30 }).map((items): Value => ({ kind: 'list', items, span })),
    fc
      .tuple(word, fc.array(tie('argument'), { maxLength: 4 }))
      .map(([text, list]): Value => ({ kind: 'call', name: toName(text), arguments: list, span })),
  ),
}));

/** From what binds least to what binds most. */
const precedences: readonly (readonly Operator[])[] = [
  ['or'],
  ['and'],
  ['==', '!=', '<=', '>=', '<', '>', 'in'],
  ['..'],
  ['+', '-'],
  ['*', '/'],
];

const { expression } = fc.letrec<{ expression: Expression }>((tie) => {
  const leaf = fc.oneof(
    fc.constantFrom(...numbers).map(([text, size]): Expression => ({ kind: 'number', value: size, text, span })),
    fc.constantFrom(...words, ...fields).map((text): Expression => ({ kind: 'name', text, span })),
  );
  const unsigned = fc.oneof(
    { depthSize: 'small', depthIdentifier: 'expression' },
    { arbitrary: leaf, weight: 4 },
    tie('expression').map((inner): Expression => ({ kind: 'group', inner, span })),
    fc.array(tie('expression'), { maxLength: 5 }).map((items): Expression => ({ kind: 'list', items, span })),
  );
  const operand = fc.oneof(
    { arbitrary: unsigned, weight: 5 },
    unsigned.map((inner): Expression => ({ kind: 'negative', operand: inner, span })),
  );
  return { expression: precedences.reduceRight<fc.Arbitrary<Expression>>(chainOf, operand) };
});

function chainOf(tighter: fc.Arbitrary<Expression>, operators: readonly Operator[]): fc.Arbitrary<Expression> {
  const operation = fc.record({ operator: fc.constantFrom(...operators), operand: tighter });
  const chain = fc
    .tuple(tighter, fc.array(operation, { minLength: 1, maxLength: 3 }))
    .map(([first, rest]): Expression => ({ kind: 'chain', first, rest, span }));
  return fc.oneof(
    { depthIdentifier: 'expression' },
    { arbitrary: tighter, weight: 4 },
    { arbitrary: chain, weight: 1 },
  );
}

const toAssignment = (set: fc.Arbitrary<Value>): fc.Arbitrary<Assignment> =>
  fc
    .tuple(field, set)
    .map(([name, inner]) => ({ kind: 'assignment', field: name, value: inner, documentation: '', span }));
const recordOf = (inner: fc.Arbitrary<Assignment>): fc.Arbitrary<Value> =>
  fc.array(inner, { maxLength: 5 }).map((assignments): Value => ({ kind: 'record', assignments, span }));

const assignment = fc.oneof(
  { arbitrary: toAssignment(value), weight: 5 },
  toAssignment(recordOf(toAssignment(value))),
  toAssignment(recordOf(toAssignment(fc.oneof(value, recordOf(toAssignment(value)))))),
);
const assertion = fc.tuple(expression, fc.option(written, { nil: undefined })).map(([judged, text]): Assertion => {
  const message = text === undefined ? { message: undefined } : { message: readString(text), writtenMessage: text };
  return { kind: 'assert', expression: judged, ...message, span };
});
const vary = fc.tuple(field, value).map(([name, values]): Vary => ({ kind: 'vary', field: name, values, span }));

const stage = fc
  .tuple(fc.integer({ min: 1, max: 16 }), fc.array(assignment, { maxLength: 4 }))
  .map(([number, statements]): StageBlock => {
    return { kind: 'stage', number: { value: number, written: String(number), span }, statements, span };
  });
const caseBlock = fc
  .tuple(written, fc.array(fc.oneof({ arbitrary: assignment, weight: 3 }, stage), { maxLength: 4 }))
  .map(([text, statements]): Case => {
    return { kind: 'case', name: { text: readString(text), span }, written: text, statements, span };
  });
const block: fc.Arbitrary<BlockStatement> = fc.oneof(
  { arbitrary: assignment, weight: 4 },
  { arbitrary: assertion, weight: 2 },
  vary,
  stage,
  caseBlock,
);

const importStatement = fc.tuple(written, fc.option(modelName, { nil: undefined })).map(([text, alias]): Import => {
  return { kind: 'import', specifier: { text: readString(text), written: text, span }, alias, span };
});
const parent = fc
  .array(fc.constantFrom(...models), { minLength: 1, maxLength: 2 })
  .map((names) => toName(names.join('.')));
const declaration = fc
  .record({
    kind: fc.constantFrom('model' as const, 'sweep' as const),
    name: modelName,
    parent: fc.option(parent, { nil: undefined }),
    statements: fc.array(block, { maxLength: 6 }),
  })
  .map((parts): Declaration => ({ ...parts, parent: parentOf(parts), documentation: '', span }));

/** Only a model may have no parent. */
function parentOf({ kind, parent: named }: { kind: 'model' | 'sweep'; parent: Name | undefined }): Name | undefined {
  return named ?? (kind === 'sweep' ? toName('swin-b') : undefined);
}

/** A file's tree without comments and documentation. `messySpec` makes a text of it. */
export const specTree: fc.Arbitrary<Ast> = fc
  .tuple(fc.array(importStatement, { maxLength: 3 }), fc.array(declaration, { maxLength: 3 }))
  .map(([imports, declarations]) => ({
    file: 'random.swin',
    statements: [{ kind: 'version', number: 1, written: '1', span }, ...imports, ...declarations],
    comments: [],
  }));
