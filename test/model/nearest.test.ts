import assert from 'node:assert/strict';
import { test } from 'uvu';
import { editDistance, nearest } from '../../compiler/model/nearest.ts';

test('insertions, deletions, substitutions and swaps of neighbours count one each', () => {
  assert.equal(editDistance('window', 'window'), 0);
  assert.equal(editDistance('windw', 'window'), 1);
  assert.equal(editDistance('windows', 'window'), 1);
  assert.equal(editDistance('windaw', 'window'), 1);
  assert.equal(editDistance('widnow', 'window'), 1);
  assert.equal(editDistance('', 'dim'), 3);
});

test('the nearest name is suggested, and none when nothing is near', () => {
  const fields = ['window', 'shift', 'depths', 'heads', 'dim', 'merge.norm'];
  assert.equal(nearest('shfit', fields), 'shift');
  assert.equal(nearest('mergenorm', fields), 'merge.norm');
  assert.equal(nearest('dm', fields), 'dim');
  assert.equal(nearest('learning_rate', fields), undefined);
  assert.equal(nearest('x'.repeat(1_000_000), fields), undefined);
});

test.run();
