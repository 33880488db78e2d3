/** What the library of the parser says of the grammar; programs skip these checks, which would slow their start. */
import { Lexer } from 'chevrotain';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SwinParser } from '../../grammar/parser.ts';
import { allTokens } from '../../grammar/tokens.ts';

const test = suite('the grammar');

test('has no ambiguities, left recursion or rules that are not there', () => {
  assert.not.throws(() => new SwinParser('validated'));
});

test('has tokens that can all be reached', () => {
  const { lexerDefinitionErrors } = new Lexer([...allTokens], { positionTracking: 'full' });
  assert.equal(lexerDefinitionErrors, []);
});

test.run();
