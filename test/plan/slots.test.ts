import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { planModel } from '../../compiler/compile.ts';
import { planMemory } from '../../compiler/plan/lower.ts';
import { assignSlots, type Lifetime } from '../../compiler/plan/slots.ts';
import { specModel } from '../support/model.ts';

/** As in `4 bytes from 0 to 2`. */
const lifetime = (text: string): Lifetime => {
  const [bytes = 0, written = 0, lastRead = 0] = [...text.matchAll(/\d+/g)].map(Number);
  return { bytes, written, lastRead };
};

interface Case {
  readonly name: string;
  readonly lifetimes: readonly string[];
  readonly slots: readonly number[];
  readonly bytes: readonly number[];
}

const cases: readonly Case[] = [
  { name: 'nothing', lifetimes: [], slots: [], bytes: [] },
  { name: 'one after another shares', lifetimes: ['4 from 0 to 1', '4 from 2 to 3'], slots: [0, 0], bytes: [4] },
  {
    name: 'what a dispatch writes is not what it reads',
    lifetimes: ['4 from 0 to 1', '4 from 1 to 2'],
    slots: [0, 1],
    bytes: [4, 4],
  },
  {
    name: 'a large one that comes late takes no second large slot',
    lifetimes: ['1 from 0 to 9', '3 from 1 to 2', '4 from 3 to 4'],
    slots: [1, 0, 0],
    bytes: [4, 1],
  },
  {
    name: 'the smallest free slot is taken',
    lifetimes: ['4 from 0 to 1', '2 from 0 to 1', '1 from 2 to 3'],
    slots: [0, 1, 1],
    bytes: [4, 2],
  },
];

for (const { name, lifetimes, slots, bytes } of cases) {
  test(`slots: ${name}`, () => assert.equal(assignSlots(lifetimes.map(lifetime)), { slots, bytes }));
}

test('Swin-B keeps the hidden layer beside the stream and what attention needs', () => {
  const { activations } = planMemory(planModel(specModel('swin-b.swin'), { elementType: 'f32' }).plan);
  const map = 4 * 56 * 56 * 128;
  // The image and the logits lie where others were or will be.
  assert.is(activations, 4 * map + 2 * map + map);
});

test.run();
