/** Tables of measured choices: what they say of which dispatch, and what is refused. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { kernelFamilies } from '../../compiler/cli/commands/options.ts';
import { planModel } from '../../compiler/compile.ts';
import { shippedTables } from '../../compiler/tuning/shipped.ts';
import { PlanError } from '../../runtime/errors.ts';
import { kernels } from '../../runtime/kernels/manifest.gen.ts';
import type { Candidate, PlanDispatch } from '../../runtime/plan.ts';
import {
  choiceOf,
  mergeTables,
  preferFamily,
  type TuningEntry,
  type TuningTable,
  tablesFor,
  tuningOf,
  workOf,
} from '../../runtime/tuning.ts';
import { validateTuningTable } from '../../runtime/validate-plan.ts';
import { specModel } from '../support/model.ts';

const one = { count: 1, batched: false, tile: 1 };

function candidate(kernel: string, constants: Candidate['constants']): Candidate {
  const requires = { features: [], limits: {} };
  return { class: 'gpu', kernel, constants, types: { Input: 'f32' }, workgroups: [one, one, one], requires };
}

function dispatchOf(rows: number): PlanDispatch {
  const candidates = [
    candidate('linear-subgroup', { ROWS: rows, N: 8, BIAS: 0, SUBGROUP: 8 }),
    candidate('linear-subgroup', { ROWS: rows, N: 8, BIAS: 0, SUBGROUP: 4 }),
    candidate('linear-register', { ROWS: rows, N: 8, BIAS: 0 }),
  ];
  return { op: 'linear', stage: 1, block: 0, reads: [], writes: [], bindings: {}, candidates };
}

const dispatch = dispatchOf(16);
const adapter = { vendor: 'mesa', architecture: 'software', device: 'llvmpipe', description: 'llvmpipe' };

function entry(choice: string, changes: Partial<TuningEntry> = {}): TuningEntry {
  return { work: workOf(dispatch), batch: '1', choice, milliseconds: {}, ...changes };
}

function table(...entries: readonly TuningEntry[]): TuningTable {
  return { formatVersion: '1.0', adapter, entries };
}

test('a work is what the candidates agree on, a choice what is one’s own', () => {
  assert.is(workOf(dispatch), 'linear N=8 ROWS=16 Input=f32');
  assert.equal(
    dispatch.candidates.map((each) => choiceOf(dispatch, each)),
    ['linear-subgroup SUBGROUP=8', 'linear-subgroup SUBGROUP=4', 'linear-register'],
  );
});

test('a table chooses on its adapter, for its work and its bucket of batches', () => {
  const chosen = (tuning: TuningTable, at: typeof dispatch, batch: '1' | '8+', on = adapter) =>
    tuningOf([tuning], on)(at, at.candidates, batch)?.kernel;
  const tuning = table(entry('linear-register'));
  assert.is(chosen(tuning, dispatch, '1'), 'linear-register');
  assert.is(chosen(tuning, dispatch, '8+'), undefined);
  assert.is(chosen(tuning, dispatchOf(17), '1'), undefined);
  assert.is(chosen(tuning, dispatch, '1', { ...adapter, device: 'another' }), undefined);
  assert.is(chosen(table(entry('linear-gone')), dispatch, '1'), undefined);
});

test('a choice that cannot run here is passed over', () => {
  const tuning = tuningOf([table(entry('linear-register'))], adapter);
  assert.is(tuning(dispatch, dispatch.candidates.slice(0, 1), '1'), undefined);
});

test('later tables and newer entries count', () => {
  const [older, newer] = [table(entry('linear-register')), table(entry('linear-subgroup SUBGROUP=4'))];
  assert.equal(tuningOf([older, newer], adapter)(dispatch, dispatch.candidates, '1')?.constants['SUBGROUP'], 4);
  const other = entry('linear-register', { batch: '8+' });
  const merged = mergeTables(table(entry('linear-register'), other), newer);
  assert.equal(merged.entries, [entry('linear-subgroup SUBGROUP=4'), other]);
});

test('a plan takes along the entries that concern it', () => {
  const foreign = entry('linear-register', { work: 'pool K=4' });
  assert.equal(tablesFor([dispatch], [table(foreign), table(entry('linear-register'), foreign)]), [
    table(entry('linear-register')),
  ]);
});

test('a family is preferred wherever one of it can run', () => {
  assert.is(preferFamily('register')(dispatch, dispatch.candidates, '1')?.kernel, 'linear-register');
  assert.is(preferFamily('tile')(dispatch, dispatch.candidates, '1'), undefined);
});

test('the families of --kernels are those of the kernels that share an op', () => {
  const split = Object.keys(kernels).map((name) => /^(.+)-([a-z]+)$/.exec(name) ?? [name, name, '']);
  const served = (stem = '') => split.filter(([name, other]) => name === stem || other === stem).length;
  const families = split.flatMap(([, stem, family]) => (family && served(stem) > 1 ? [family] : []));
  assert.equal([...kernelFamilies], [...new Set(families)].sort());
});

test('the tables that are shipped are of the kernels as they are', () => {
  for (const { adapter: tuned, entries } of shippedTables()) {
    const elementType = entries.some(({ work }) => work.includes('Weight=f16')) ? 'f16' : 'f32';
    const { dispatches } = planModel(specModel('swin-t.swin'), { elementType }).plan;
    const works = new Set(dispatches.map(workOf));
    assert.ok(tuned.device !== '');
    const missing = [...works].filter((work) => !entries.some((each) => each.work === work));
    // What has one kernel for an adapter is not measured.
    assert.equal(missing.map((work) => work.split(' ')[0]).sort(), ['layer_norm', 'pool'], tuned.description);
    for (const { work, choice } of entries) {
      const dispatch = dispatches.find((each) => workOf(each) === work);
      const choices = dispatch?.candidates.map((each) => choiceOf(dispatch, each));
      assert.ok(dispatch === undefined || choices?.includes(choice), `${work}: ${choice}`);
    }
  }
});

test('what is no table is refused with its first fault', () => {
  const refuses = (value: unknown, pattern: RegExp) =>
    assert.throws(
      () => validateTuningTable(value),
      (error: unknown) => error instanceof PlanError && pattern.test(error.message),
    );
  refuses([], /a tuning table is no object/);
  refuses({ ...table(), formatVersion: '2.0' }, /format version 2\.0/);
  refuses({ ...table(), adapter: { vendor: 'mesa' } }, /no architecture/);
  refuses({ ...table(), entries: [{ work: 'linear' }] }, /does not say its work, batch and choice/);
});

test.run();
