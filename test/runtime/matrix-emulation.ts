/**
 * Kernels for matrix units on adapters that have none: their text with the matrix operations written out, so that all else
 * in them, the addresses and the order of things, runs everywhere. A subgroup is 32 invocations side by side. Its operands
 * stay where they are, and are read when they are multiplied; of a result an invocation holds eight elements of a row.
 */

const LANES = 32;

interface Memory {
  readonly name: string;
  readonly type: string;
}

/**
 * WGSL with `chromium_experimental_subgroup_matrix` → WGSL without subgroups. Loops stay loops, of lengths that are not
 * known before the run, for software adapters take seconds and more for long text.
 */
export function emulateMatrices(code: string): string {
  const memories = [...code.matchAll(/^var<workgroup> (\w+): array<(vec4<f16>|vec4f), /gm)].map(
    ([, name = '', type = '']): Memory => ({ name, type }),
  );
  const numberOf = (name: string): string => `${memories.findIndex((memory) => memory.name === name)}u`;
  const text = code
    .replace(/ \/\/ unrolled$/gm, '')
    .replace(/^enable (subgroups|chromium_experimental_subgroup_matrix);$/gm, '')
    .replace(/^alias (Left|Right) = subgroup_matrix_\w+<.*$/gm, 'alias $1 = Operand;')
    .replace(/^alias Result = subgroup_matrix_result<.*$/m, 'alias Result = array<f32, 8>;')
    .replace(
      /subgroupMatrixLoad<(?:Left|Right), (row|col)_major>\(&(\w+), /g,
      (_, major: string, name: string) => `Operand(${numberOf(name)}, ${major === 'col'}, `,
    )
    .replace(/subgroupMatrixStore<row_major>\(\s*&(\w+), /g, 'keep_$1(')
    .replaceAll('subgroupMatrixMultiplyAccumulate(', 'multiply_accumulate(')
    .replace(
      /subgroupShuffleXor\((\w+), /g,
      (_, name: string) => `shuffle_${name === 'total' ? 'pair' : 'one'}(${name}, `,
    )
    .replace(/^ *@builtin\(subgroup_(?:id|invocation_id)\) \w+: u32,\n/gm, '');
  const own = new Map(
    [...code.matchAll(/@builtin\((subgroup_id|subgroup_invocation_id)\) (\w+): u32,/g)].map(
      ([, builtin = '', name = '']) => [builtin, name],
    ),
  );
  const begin = [
    ') {',
    '  the_invocation = invocation;',
    '  eight = 8u * min(batch, 1u);',
    `  let ${own.get('subgroup_id')} = invocation / ${LANES}u;`,
    `  let ${own.get('subgroup_invocation_id')} = invocation % ${LANES}u;`,
  ].join('\n');
  return `${text.replace(/(@compute [\s\S]*?\n)\) \{/, `$1${begin}`)}\n${operations(memories)}`;
}

const operations = (memories: readonly Memory[]): string => `
var<private> the_invocation: u32;
var<private> eight: u32;
var<workgroup> shuffled: array<vec2f, 256>;

struct Operand {
  memory: u32,
  is_column_major: bool,
  start: u32,
  stride: u32,
}

fn element(operand: Operand, row: u32, column: u32) -> f32 {
  let line = select(row, column, operand.is_column_major);
  let place = select(column, row, operand.is_column_major);
  let at = operand.start + line * operand.stride + place / 4u;
  switch (operand.memory) {
${memories
  .map(({ name, type }, index) =>
    type === 'vec4f' ? '' : `    case ${index}u: { return f32(${name}[at][place % 4u]); }`,
  )
  .filter((line) => line !== '')
  .join('\n')}
    default: { return 0.0; }
  }
}

fn multiply_accumulate(left: Operand, right: Operand, sums: array<f32, 8>) -> array<f32, 8> {
  var added = sums;
  let row = the_invocation % ${LANES}u / 2u;
  for (var i = 0u; i < eight; i++) {
    let column = the_invocation % 2u * 8u + i;
    for (var k = 0u; k < 2u * eight; k++) {
      added[i] += element(left, row, k) * element(right, k, column);
    }
  }
  return added;
}

fn shuffle_pair(value: vec2f, mask: u32) -> vec2f {
  workgroupBarrier();
  shuffled[the_invocation] = value;
  workgroupBarrier();
  return shuffled[the_invocation ^ mask];
}

fn shuffle_one(value: f32, mask: u32) -> f32 {
  return shuffle_pair(vec2f(value), mask).x;
}
${memories.map(keep).join('\n')}`;

/** Stores a result in f32, in units of what the memory holds. */
const keep = ({ name, type }: Memory): string => {
  const values = type === 'vec4f' ? 4 : 2;
  const quad = (first: number): string =>
    Array.from({ length: values }, (_, index) => `result[${first + index}u]`).join(', ');
  const write = (index: number): string => {
    const value = type === 'vec4f' ? `vec4f(${quad(index * 4)})` : `bitcast<vec4<f16>>(vec2f(${quad(index * 2)}))`;
    return `  ${name}[at + ${index}u] = ${value};`;
  };
  return `
fn keep_${name}(start: u32, result: array<f32, 8>, stride: u32) {
  let lane = the_invocation % ${LANES}u;
  let at = start + lane / 2u * stride + lane % 2u * ${8 / values}u;
${Array.from({ length: 8 / values }, (_, index) => write(index)).join('\n')}
}`;
};
