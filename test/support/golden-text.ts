/** Compares a text with a recorded one; `UPDATE=1` rewrites it. Read the difference before you do. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

export function checkGolden(file: URL, actual: string): void {
  if (process.env['UPDATE'] === '1') writeFileSync(file, actual);
  assert.equal(actual, readFileSync(file, 'utf8'), `${file.pathname} differs; UPDATE=1 rewrites it`);
}
