import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { diff } from '../../compiler/diff/diff.ts';
import type { Verdict } from '../../compiler/diff/difference.ts';
import type { Subject } from '../../compiler/diff/subject.ts';
import { heir, small, specSubject } from './subjects.ts';

interface Case {
  readonly what: string;
  readonly a: Subject;
  readonly b: Subject;
  readonly verdict: Verdict;
  readonly meaning: RegExp;
}

const swin = small();
const features = small('features = [1]');

const cases: readonly Case[] = [
  { what: 'itself', a: swin, b: small(), verdict: 'IDENTICAL', meaning: /nothing to do/ },
  {
    what: 'another name, an assertion and values that are the default',
    a: swin,
    b: heir('other', ['mlp = 4', 'act = gelu', 'assert params > 0']),
    verdict: 'IDENTICAL',
    meaning: /nothing to do/,
  },
  {
    what: 'a shift that the clamp takes away',
    a: small('window = 16'),
    b: small('window = 16', 'shift = off'),
    verdict: 'IDENTICAL',
    meaning: /nothing to do/,
  },
  {
    what: 'the same model in f16',
    a: swin,
    b: heir('small', [], 'f16'),
    verdict: 'PLAN',
    meaning: /compile again/,
  },
  { what: 'no shift', a: swin, b: small('shift = off'), verdict: 'LOADABLE', meaning: /computes something else/ },
  { what: 'another activation', a: swin, b: small('act = relu'), verdict: 'LOADABLE', meaning: /accuracy/ },
  { what: 'another epsilon', a: swin, b: small('norm = layer(eps: 1e-6)'), verdict: 'LOADABLE', meaning: /accuracy/ },
  {
    what: 'other preprocessing of the same graph',
    a: swin,
    b: small('preprocess.interpolation = nearest'),
    verdict: 'LOADABLE',
    meaning: /prepares images in another way/,
  },
  {
    what: 'tensors that only A has',
    a: small('qkv.bias = on'),
    b: small('qkv.bias = off'),
    verdict: 'LOADABLE',
    meaning: /all tensors of B are in A/,
  },
  {
    what: 'tensors that only B has',
    a: small('qkv.bias = off'),
    b: small('qkv.bias = on'),
    verdict: 'RETRAIN',
    meaning: /^4 tensors are new: train B, starting from the tensors that carry$/,
  },
  {
    what: 'other windows',
    a: swin,
    b: small('window = 8'),
    verdict: 'RETRAIN',
    meaning: /^4 tensors need interpolation: interpolate the bias tables and fine-tune B$/,
  },
  {
    what: 'norms of another kind',
    a: swin,
    b: small('final.norm = batch(per: channel)'),
    verdict: 'RETRAIN',
    meaning: /^2 tensors are new and 2 tensors are not transferable: /,
  },
  {
    what: 'fewer classes',
    a: swin,
    b: small('classes = 9'),
    verdict: 'INTERFACE',
    meaning: /^logits \[B, 10\] becomes \[B, 9\]: change what calls the model, and train B/,
  },
  {
    what: 'a pooled vector as long as the logits',
    a: small('classes = 32'),
    b: small('classes = 0'),
    verdict: 'INTERFACE',
    meaning: /^logits \[B, 32\] is gone and pooled vector \[B, 32\] is new: change what calls the model$/,
  },
  {
    what: 'another size of image, which all weights survive',
    a: swin,
    b: small('input = image(64, 32, 3)'),
    verdict: 'INTERFACE',
    meaning: /^input \[B, 3, 32, 32\] becomes \[B, 3, 64, 32\]: change what calls the model$/,
  },
  {
    what: 'one more output',
    a: swin,
    b: features,
    verdict: 'INTERFACE',
    meaning: /^features 1 \[B, 16, 16, 16\] is new/,
  },
];

for (const { what, a, b, verdict, meaning } of cases) {
  test(`${verdict}: ${what}`, () => {
    const difference = diff(a, b);
    assert.is(difference.verdict, verdict, difference.meaning);
    assert.match(difference.meaning, meaning);
  });
}

test('models of the paper', () => {
  const swinT = specSubject('swin-t.swin');
  assert.is(diff(swinT, specSubject('swin-free-t.swin')).verdict, 'RETRAIN');
  assert.is(diff(swinT, specSubject('swin-t.swin')).verdict, 'IDENTICAL');
});

test.run();
