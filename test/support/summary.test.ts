import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Ending, judge } from './summary.ts';

const test = suite('the harness');

const summary = (total: number, passed: number, skipped = 0) =>
  `• (1 / 1)\n\n  Total:     ${total}\n  Passed:    ${passed}\n  Skipped:   ${skipped}\n  Duration:  1ms\n`;
const ended = (ending: Partial<Ending>): Ending => ({
  output: '',
  exitCode: 0,
  signal: null,
  timedOut: false,
  ...ending,
});

test('counts what passed and failed', () => {
  assert.equal(judge(ended({ output: summary(5, 5) })), { passed: 5, failed: 0, reason: null });
  assert.equal(judge(ended({ output: summary(5, 3), exitCode: 1 })), { passed: 3, failed: 2, reason: null });
});

test('fails a file that says nothing, runs nothing, crashes, hangs or skips', () => {
  assert.is(judge(ended({})).failed, 1);
  assert.is(judge(ended({ output: summary(0, 0) })).failed, 1);
  assert.is(judge(ended({ output: summary(2, 2), exitCode: 7 })).failed, 1);
  assert.is(judge(ended({ output: summary(2, 2), exitCode: null, signal: 'SIGSEGV' })).failed, 1);
  assert.is(judge(ended({ timedOut: true, exitCode: null, signal: 'SIGKILL' })).reason, 'did not end in time');
  assert.is(judge(ended({ output: summary(2, 2, 3) })).failed, 3);
});

test('fails a suite whose set-up throws, for which uvu exits with 0', () => {
  assert.is(judge(ended({ output: summary(4, 0) })).failed, 4);
});

test.run();
