import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lineDifference } from '../../compiler/cli/line-difference.ts';

const lines = (text: string): string => text.split('').join('\n');

/** Texts of one letter a line. */
const cases: readonly (readonly [before: string, after: string, difference: string])[] = [
  ['abc', 'abc', ''],
  ['abc', 'abd', '@@ -2,2 +2,2 @@| b|-c|+d'],
  ['abcdefgh', 'xbcdefgy', '@@ -1,2 +1,2 @@|-a|+x| b|@@ -7,2 +7,2 @@| g|-h|+y'],
  ['abcd', 'xbcy', '@@ -1,4 +1,4 @@|-a|+x| b| c|-d|+y'],
  ['abc', 'ac', '@@ -1,3 +1,2 @@| a|-b| c'],
  ['ac', 'abbbc', '@@ -1,2 +1,5 @@| a|+b|+b|+b| c'],
  ['abcabba', 'cbabac', '@@ -1,7 +1,6 @@|-a|-b| c|-a| b|+a| b| a|+c'],
];

for (const [before, after, difference] of cases) {
  test(`from ${before} to ${after}`, () => {
    assert.is(lineDifference(lines(before), lines(after), 20).join('|'), difference);
  });
}

test('what is left out is counted, and large texts are compared as a whole', () => {
  assert.equal(lineDifference(lines('abcdef'), lines('uvwxyz'), 3), ['@@ -1,6 +1,6 @@', '-a', '-b', '… 10 more lines']);
  const many = (letter: string): string => `${letter}\n`.repeat(3000);
  assert.is(lineDifference(many('a'), many('b'), 1)[0], '@@ -1,3000 +1,3000 @@');
});

test.run();
