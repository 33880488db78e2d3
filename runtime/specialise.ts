/** Turns a kernel file into the text of one pipeline: constants and element types are rewritten, marked loops written out. */

import type { Kernel, KernelConstant } from './kernels/manifest.ts';
import type { ElementType } from './plan.ts';
import { unroll } from './unroll.ts';

export interface Specialisation {
  readonly constants: Readonly<Record<string, number>>;
  readonly types: Readonly<Record<string, ElementType>>;
}

/** All in one go: kernels are long and declare many. */
const DECLARATION = /^((?:const|alias) \w+)(?:: \w+)? = [^;]*;/gm;

/**
 * The WGSL of a kernel with the given values in place of its defaults. Where no loop is written out, lines keep their
 * numbers but for the one that enables f16, so that the driver's messages point into the file. What the kernel reads from a
 * uniform is no part of the text (`sizes.ts`). A value that it does not declare is an error: the plan and the kernels would
 * not belong together.
 */
export function specialise(kernel: Kernel, { constants, types }: Specialisation): string {
  const halves = kernel.aliases.filter((alias) => types[alias] === 'f16');
  requireDeclared(kernel.name, Object.keys(types), kernel.aliases);
  requireDeclared(kernel.name, Object.keys(constants), [
    ...kernel.constants.map((constant) => constant.name),
    ...kernel.sizes,
  ]);
  const rewritten = new Map<string, string>([
    ...halves.map((alias) => [`alias ${alias}`, `alias ${alias} = f16;`] as const),
    ...kernel.constants.flatMap(({ name, type }) => {
      const value = constants[name];
      return value === undefined
        ? []
        : [[`const ${name}`, `const ${name}: ${type} = ${literal(name, type, value)};`] as const];
    }),
  ]);
  const text = unroll(
    kernel.name,
    kernel.source.replace(DECLARATION, (line, declared: string) => rewritten.get(declared) ?? line),
  );
  return halves.length > 0 ? `enable f16;\n${text}` : text;
}

function requireDeclared(kernel: string, given: readonly string[], declared: readonly string[]): void {
  const unknown = given.find((name) => !declared.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`kernel ${kernel} declares no ${unknown}`);
  }
}

function literal(name: string, type: KernelConstant['type'], value: number): string {
  const fits =
    type === 'f32'
      ? Number.isFinite(value)
      : Number.isInteger(value) &&
        value >= (type === 'u32' ? 0 : -(2 ** 31)) &&
        value < (type === 'u32' ? 2 ** 32 : 2 ** 31);
  if (!fits) {
    throw new RangeError(`constant ${name} cannot hold ${value}: it is a ${type}`);
  }
  return String(value);
}
