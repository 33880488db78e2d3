/** What must hold of every plan, whatever the model. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { planModel } from '../../compiler/compile.ts';
import { leastWorkgroupMemory, workgroupBytes } from '../../compiler/report/workgroup-memory.ts';
import { kernels } from '../../runtime/kernels/manifest.gen.ts';
import type { Candidate, Plan } from '../../runtime/plan.ts';
import { constantValue } from '../../runtime/shader-constants.ts';
import { allSpecs } from '../support/specs.ts';

/** In f16 the micro models alone: they have every kernel. */
const plans = allSpecs().flatMap(({ name, model }) =>
  (name.startsWith('micro') ? (['f32', 'f16'] as const) : (['f32'] as const)).map((elementType) => ({
    name,
    model,
    plan: planModel(model, { elementType }).plan,
  })),
);

/** The tiles that a kernel's header states, one a dimension: `x = { count: N, tile: 8 * SIZE }, y = …, z = 1`. */
function statedTiles({ kernel, constants }: Candidate): readonly number[] {
  const source = kernels[kernel]?.source ?? '';
  const header = source.match(/Workgroups: ([\s\S]*?)Requires:/)?.[1] ?? '';
  return ['x', 'y', 'z'].map((dimension) => {
    const rule = header.match(new RegExp(`${dimension} = (\\{[^}]*\\}|1)`))?.[1] ?? '';
    const [, tile = rule] = rule.match(/tile: ([^}]+) \}/) ?? [];
    return constantValue({ name: kernel, source }, constants, tile);
  });
}

test('candidates dispatch the tiles that their kernels’ headers state', () => {
  for (const { name, plan } of plans) {
    for (const candidate of plan.dispatches.flatMap(({ candidates }) => candidates)) {
      assert.equal(
        candidate.workgroups.map(({ tile }) => tile),
        statedTiles(candidate),
        `${name}: ${candidate.kernel}`,
      );
    }
  }
});

/** Invocations of a workgroup, whose sizes may be the candidate's constants. */
function invocations({ kernel, constants }: Candidate): number {
  const described = kernels[kernel];
  const size = described?.source.match(/@workgroup_size\(([^)]*)\)/)?.[1] ?? '';
  return size
    .split(', ')
    .map((name, dimension) => constants[name] ?? described?.workgroupSize[dimension] ?? Number.NaN)
    .reduce((product, count) => product * count, 1);
}

test('every adapter has the memory and the invocations that a candidate takes for a workgroup, or is asked for them', () => {
  const candidates = plans.flatMap(({ plan }) => plan.dispatches.flatMap((dispatch) => dispatch.candidates));
  const distinct = new Map(candidates.map((each) => [JSON.stringify([each.kernel, each.constants, each.types]), each]));
  for (const [text, candidate] of distinct) {
    const kernel = kernels[candidate.kernel];
    const { maxComputeWorkgroupStorageSize: memory = leastWorkgroupMemory } = candidate.requires.limits;
    assert.ok(kernel && workgroupBytes(kernel, candidate) <= memory, text);
    assert.ok(invocations(candidate) <= 256, text);
  }
});

test('every candidate names a kernel’s own constants, types and bindings', () => {
  for (const { plan } of plans) {
    for (const { bindings, candidates } of plan.dispatches) {
      for (const candidate of candidates) {
        const kernel = kernels[candidate.kernel];
        const known = (names: readonly { readonly name: string }[]) => new Set(names.map(({ name }) => name));
        const constants = new Set([...known(kernel?.constants ?? []), ...(kernel?.sizes ?? [])]);
        const bound = known(kernel?.bindings ?? []);
        assert.ok(Object.keys(candidate.constants).every((name) => constants.has(name)));
        assert.ok(kernel?.sizes.every((name) => Object.hasOwn(candidate.constants, name)));
        assert.ok(Object.keys(candidate.types).every((name) => kernel?.aliases.includes(name)));
        assert.ok(Object.keys(bindings).every((name) => bound.has(name)));
      }
    }
  }
});

/** The dispatches between which a buffer must keep what it holds: an image is there before the first, outputs stay. */
function lifetime(plan: Plan, buffer: number): readonly [number, number] {
  const touching = plan.dispatches.flatMap(({ reads, writes }, index) =>
    reads.includes(buffer) || writes.includes(buffer) ? [index] : [],
  );
  const role = plan.buffers[buffer]?.role;
  return [
    role === 'input' ? -1 : Math.min(...touching),
    role === 'output' ? plan.dispatches.length : Math.max(...touching),
  ];
}

test('buffers of one slot never live at one time, and weights have none', () => {
  for (const { name, plan } of plans) {
    const bySlot = new Map<number, (readonly [number, number])[]>();
    plan.buffers.forEach(({ role, slot }, index) => {
      assert.is(slot === null, role === 'weight', `${name}: all but weights have slots`);
      if (slot !== null) bySlot.set(slot, [...(bySlot.get(slot) ?? []), lifetime(plan, index)]);
    });
    for (const lifetimes of bySlot.values()) {
      const ordered = lifetimes.toSorted((a, b) => a[0] - b[0]);
      ordered.slice(1).forEach(([start], index) => {
        assert.ok(start > (ordered[index]?.[1] ?? 0), `${name}: a buffer is overwritten while it is read`);
      });
    }
  }
});

test('every buffer but the input and the weights is written once, before it is read', () => {
  for (const { plan } of plans) {
    const written = new Set<number>();
    for (const { reads, writes } of plan.dispatches) {
      for (const buffer of reads) {
        const role = plan.buffers[buffer]?.role;
        assert.ok(role === 'input' || role === 'weight' || written.has(buffer));
      }
      for (const buffer of writes) {
        assert.not(written.has(buffer));
        written.add(buffer);
      }
    }
  }
});

test('a block of Swin is five dispatches: qkv, attention, projection and the MLP', () => {
  const plan = plans.find(({ name }) => name === 'swin-t.swin#swin-t')?.plan;
  const block = plan?.dispatches.filter(({ stage, block: index }) => stage === 3 && index === 3).map(({ op }) => op);
  assert.equal(block, ['linear', 'window_attention', 'linear', 'linear', 'linear']);
});

test('a block of Swin V2 is seven dispatches: its norms add the residual', () => {
  const plan = plans.find(({ name }) => name === 'swinv2-t.swin#swinv2-t')?.plan;
  const block = plan?.dispatches.filter(({ stage, block: index }) => stage === 3 && index === 3).map(({ op }) => op);
  assert.equal(block, ['linear', 'window_attention', 'linear', 'layer_norm', 'linear', 'linear', 'layer_norm']);
});

/** Dispatches of each part: 'patch', 'tail', `block …` and `merge …`, those of a stage that belong to no block. */
function parts({ dispatches, outputs }: Plan): ReadonlyMap<string, number> {
  const features = new Set(outputs.filter(({ name }) => name === 'features').map(({ buffer }) => buffer));
  const counts = new Map<string, number>();
  for (const [index, { stage, block, writes }] of dispatches.entries()) {
    if (writes.some((buffer) => features.has(buffer))) continue;
    const outside = index < 2 ? 'patch' : 'tail';
    const part = stage === null ? outside : block === null ? `merge ${stage}` : `block ${stage}.${block}`;
    counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  return counts;
}

test('whatever the spec, a block is at most five dispatches, or seven where the norm follows', () => {
  for (const { name, plan, model } of plans) {
    const after = model.normPlacement === 'post';
    const most = { patch: 2, block: after ? 7 : 5, merge: after ? 2 : 1, tail: 2 };
    for (const [part, count] of parts(plan)) {
      const [kind = ''] = part.split(' ');
      const limit = Object.entries(most).find(([key]) => key === kind)?.[1] ?? 0;
      assert.ok(count <= limit, `${name}: ${part} is ${count} dispatches`);
    }
  }
});

test.run();
