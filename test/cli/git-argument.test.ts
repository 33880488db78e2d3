import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type GitArgument, parseGitArgument } from '../../compiler/cli/git-argument.ts';

const test = suite('git:REV:PATH');

const read: readonly (readonly [argument: string, expected: GitArgument | undefined])[] = [
  ['git:HEAD:specs/b.swin', { revision: 'HEAD', path: 'specs/b.swin', model: undefined }],
  ['git:HEAD~1:specs/b.swin#swin-b', { revision: 'HEAD~1', path: 'specs/b.swin', model: 'swin-b' }],
  ['git:feature/wide:./b.swin', { revision: 'feature/wide', path: './b.swin', model: undefined }],
  ['git:main@{1}:b.swin', { revision: 'main@{1}', path: 'b.swin', model: undefined }],
  ['git:v1^2~3:b.swin#t[window=7,14]', { revision: 'v1^2~3', path: 'b.swin', model: 't[window=7,14]' }],
  ['git:fix-#12:a:b.swin', { revision: 'fix-#12', path: 'a:b.swin', model: undefined }],
  ['git:HEAD:a#b.swin#c', { revision: 'HEAD', path: 'a#b.swin', model: 'c' }],
  ['specs/b.swin#git:HEAD:x', undefined],
  ['./git:HEAD:x', undefined],
  ['GIT:HEAD:x', undefined],
];

for (const [argument, expected] of read) {
  test(`${argument} is ${expected === undefined ? 'a file' : 'read'}`, () =>
    assert.equal(parseGitArgument(argument), expected));
}

for (const argument of ['git:', 'git:HEAD', 'git:HEAD:', 'git::b.swin', 'git:HEAD:#swin-b']) {
  test(`${argument} is refused`, () => assert.throws(() => parseGitArgument(argument), /write git:REV:PATH, such as/));
}

test.run();
