/** A fence of README.md that begins with "```text swinc …" shows what that command prints, to the letter. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { swinc } from './command.ts';

const text = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const shown = [...text.matchAll(/^```text swinc (.+)\n([\s\S]*?)^```$/gm)].map(([, command = '', output = '']) => ({
  command,
  output,
}));

test('shows a model, a difference and a sweep', () => {
  const commands = new Set(shown.map(({ command }) => command.split(' ')[0]));
  assert.ok(shown.length >= 3);
  assert.ok(commands.has('show') && commands.has('diff'));
});

for (const { command, output } of shown) {
  test(`swinc ${command}`, async () => {
    const ended = await swinc(command.split(' '));
    assert.is(ended.code, 0, ended.stderr);
    assert.fixture(ended.stdout, output);
  });
}

test.run();
