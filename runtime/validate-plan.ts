/** A plan may come from a file: its shape is checked before anything relies on it. */

import { PlanError } from './errors.ts';
import type { Plan, PlanBuffer, PlanDispatch } from './plan.ts';
import type { TuningTable } from './tuning.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The value as a plan, or a PlanError that says what is wrong with it first. */
export function validatePlan(value: unknown): Plan {
  const plan = fields(value, 'the plan');
  require(plan['formatVersion'] === '1.0', `format version ${String(plan['formatVersion'])} is not 1.0`);
  require(typeof plan['model'] === 'string', 'the plan names no model');
  require(isElementType(plan['elementType']), 'its element type is neither f32 nor f16');
  const buffers = list(plan['buffers'], 'buffers').map(validateBuffer);
  const index = indexInto(buffers.length);
  index(plan['input'], 'the input');
  for (const dispatch of list(plan['dispatches'], 'dispatches')) {
    validateDispatch(dispatch, index);
  }
  for (const output of list(plan['outputs'], 'outputs')) {
    index(fields(output, 'an output')['buffer'], 'an output');
  }
  for (const tap of list(plan['taps'], 'taps')) {
    index(fields(tap, 'a tap')['buffer'], 'a tap');
  }
  fields(plan['preprocess'], 'preprocess');
  for (const table of list(plan['tuning'], 'the tuning')) {
    validateTuningTable(table);
  }
  return requireSound(value as Plan);
}

/** What a plan of the right shape must also keep to. */
function requireSound(plan: Plan): Plan {
  const input = plan.buffers[plan.input];
  require(input?.role === 'input' && input.type === 'f32' && input.shape.length === 3, 'its input is no image in f32');
  require(plan.outputs.filter(({ name }) => name === 'logits').length === 1, 'it has not one output of logits');
  const names = plan.buffers.map(({ name }) => name);
  require(new Set(names).size === names.length, 'two of its buffers have one name');
  return plan;
}

/** The value as a tuning table, or a PlanError that says what is wrong with it. */
export function validateTuningTable(value: unknown): TuningTable {
  const table = fields(value, 'a tuning table');
  require(table['formatVersion'] === '1.0', `a tuning table of format version ${String(table['formatVersion'])}`);
  const adapter = fields(table['adapter'], 'the adapter of a tuning table');
  for (const name of ['vendor', 'architecture', 'device']) {
    require(typeof adapter[name] === 'string', `the adapter of a tuning table has no ${name}`);
  }
  for (const entry of list(table['entries'], 'the entries of a tuning table')) {
    const { work, batch, choice } = fields(entry, 'an entry of a tuning table');
    require([work, batch, choice].every(
      (text) => typeof text === 'string',
    ), 'an entry of a tuning table does not say its work, batch and choice');
  }
  return value as TuningTable;
}

function validateBuffer(value: unknown): PlanBuffer {
  const buffer = fields(value, 'a buffer');
  const name = buffer['name'];
  require(typeof name === 'string', 'a buffer has no name');
  const roles: readonly unknown[] = ['input', 'weight', 'activation', 'output'];
  require(roles.includes(buffer['role']), `buffer ${name} has no role`);
  require(isElementType(buffer['type']), `buffer ${name} has no element type`);
  require(list(buffer['shape'], `the shape of ${name}`).every(isCount), `buffer ${name} has a shape of no numbers`);
  require(typeof buffer['batched'] === 'boolean', `buffer ${name} does not say whether it is batched`);
  require(buffer['slot'] === null || isCount(buffer['slot']), `buffer ${name} has no slot`);
  return value as PlanBuffer;
}

function validateDispatch(value: unknown, index: (value: unknown, what: string) => void): PlanDispatch {
  const dispatch = fields(value, 'a dispatch');
  const op = dispatch['op'];
  require(typeof op === 'string', 'a dispatch names no op');
  for (const buffer of Object.values(fields(dispatch['bindings'], `the bindings of ${op}`))) {
    index(buffer, op);
  }
  for (const candidate of list(dispatch['candidates'], `the candidates of ${op}`)) {
    validateCandidate(fields(candidate, `a candidate of ${op}`), op);
  }
  return value as PlanDispatch;
}

function validateCandidate(candidate: Fields, op: string): void {
  require(typeof candidate['kernel'] === 'string', `a candidate of ${op} names no kernel`);
  const constants = Object.values(fields(candidate['constants'], `the constants of ${op}`));
  require(constants.every((constant) => typeof constant === 'number'), `a constant of ${op} is no number`);
  require(Object.values(fields(candidate['types'], `the types of ${op}`)).every(
    isElementType,
  ), `${op} has an odd type`);
  const workgroups = list(candidate['workgroups'], `the workgroups of ${op}`).map((count) => fields(count, op));
  require(workgroups.length === 3, `${op} has not three workgroup counts`);
  require(workgroups.every(
    ({ count, tile }) => isCount(count) && isCount(tile) && tile > 0,
  ), `a workgroup count of ${op} is no number`);
  const least = candidate['leastWorkgroups'];
  require(least === undefined || isCount(least), `the least workgroups of ${op} are no number`);
  const requires = fields(candidate['requires'], `what ${op} requires`);
  list(requires['features'], `the features of ${op}`);
  fields(requires['limits'], `the limits of ${op}`);
  const size = requires['subgroupSize'];
  require(size === undefined || isCount(size), `the subgroup size of ${op} is no number`);
}

function require(condition: boolean, problem: string): asserts condition {
  if (!condition) {
    throw new PlanError(`this plan cannot be run: ${problem}`);
  }
}

function fields(value: unknown, what: string): Fields {
  require(typeof value === 'object' && value !== null && !Array.isArray(value), `${what} is no object`);
  return value as Fields;
}

function list(value: unknown, what: string): readonly unknown[] {
  require(Array.isArray(value), `${what} is no list`);
  return value;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isElementType(value: unknown): boolean {
  return value === 'f32' || value === 'f16';
}

function indexInto(length: number): (value: unknown, what: string) => void {
  return (value, what) =>
    require(isCount(value) && value < length, `${what} names buffer ${String(value)} of ${length}`);
}
