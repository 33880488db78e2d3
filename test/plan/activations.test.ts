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
 * The most bytes that are alive during one dispatch: what it reads and writes, and what waits for a later one. The image
 * and the outputs, which share with nobody, count throughout, as they do in what the plan allocates.
 */
function livenessBound({ buffers, dispatches }: Plan): number {
  const always = buffers.reduce(
    (sum, buffer) => sum + (buffer.role === 'input' || buffer.role === 'output' ? bytesOf(buffer) : 0),
    0,
  );
  const alive = dispatches.map(() => 0);
  for (const [index, buffer] of buffers.entries()) {
    if (buffer.role !== 'activation') continue;
    const touching = [...dispatches.keys()].filter((number) => touches(dispatches[number], index));
    const [written = 0] = touching;
    for (let number = written; number <= (touching.at(-1) ?? written); number++) {
      alive[number] = (alive[number] ?? 0) + bytesOf(buffer);
    }
  }
  return always + Math.max(...alive);
}

function touches(dispatch: Plan['dispatches'][number] | undefined, buffer: number): boolean {
  return dispatch !== undefined && (dispatch.reads.includes(buffer) || dispatch.writes.includes(buffer));
}

for (const elementType of ['f32', 'f16'] as const) {
  for (const { name, model } of allSpecs()) {
    test(`${name} in ${elementType} needs at most ${most} times what is alive at once`, () => {
      const { plan } = planModel(model, { elementType });
      const bound = livenessBound(plan);
      const { activations } = planMemory(plan);
      assert.ok(activations >= bound, 'the bound is one');
      assert.ok(
        activations <= most * bound,
        `${activations} bytes are ${(activations / bound).toFixed(3)} times ${bound}`,
      );
    });
  }
}

test.run();
