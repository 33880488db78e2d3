/** How close the slots come to the least memory that any assignment could need. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { planModel } from '../../compiler/compile.ts';
import { planMemory } from '../../compiler/plan/lower.ts';
import { bytesOf } from '../../compiler/plan/tables.ts';
import type { Plan } from '../../runtime/plan.ts';
import { allSpecs } from '../support/specs.ts';

const test = suite('activations');

const most = 1.25;

/**
 * A slot is one buffer, of which a dispatch cannot read one part and write another. Here the image is larger than any
 * map, and while three maps are alive none of them can lie in its slot.
 */
const exception = { name: 'micro/micro-swin-free-br.swin#micro-swin-free-br in f32', most: 1.286 };

/**
 * The most bytes that are alive during one dispatch: what it reads and writes, and what waits for a later one. The image
 * is there before the first, and the outputs are read after the last.
 */
function livenessBound({ buffers, dispatches }: Plan): number {
  const alive = dispatches.map(() => 0);
  for (const [index, buffer] of buffers.entries()) {
    if (buffer.role === 'weight') continue;
    const touching = [...dispatches.keys()].filter((number) => touches(dispatches[number], index));
    const first = buffer.role === 'input' ? 0 : (touching[0] ?? 0);
    const last = buffer.role === 'output' ? dispatches.length - 1 : (touching.at(-1) ?? first);
    for (let number = first; number <= last; number++) alive[number] = (alive[number] ?? 0) + bytesOf(buffer);
  }
  return Math.max(...alive);
}

function touches(dispatch: Plan['dispatches'][number] | undefined, buffer: number): boolean {
  return dispatch !== undefined && (dispatch.reads.includes(buffer) || dispatch.writes.includes(buffer));
}

for (const elementType of ['f32', 'f16'] as const) {
  for (const { name, model } of allSpecs()) {
    const title = `${name} in ${elementType}`;
    const limit = title === exception.name ? exception.most : most;
    test(`${title} needs at most ${limit} times what is alive at once`, () => {
      const { plan } = planModel(model, { elementType });
      const bound = livenessBound(plan);
      const { activations } = planMemory(plan);
      assert.ok(activations >= bound, 'the bound is one');
      assert.ok(
        activations <= limit * bound,
        `${activations} bytes are ${(activations / bound).toFixed(3)} times ${bound}`,
      );
    });
  }
}

test.run();
