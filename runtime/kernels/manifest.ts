/** What a kernel file declares, read from its own text. */

export type ConstantType = 'u32' | 'i32' | 'f32';

export interface KernelConstant {
  readonly name: string;
  readonly type: ConstantType;
  readonly default: number;
}

export type BindingAccess = 'uniform' | 'read' | 'read_write';

export interface KernelBinding {
  readonly name: string;
  readonly group: number;
  readonly binding: number;
  readonly access: BindingAccess;
}

/** A variable that the invocations of a workgroup share; its type may name the kernel's constants. */
export interface WorkgroupVariable {
  readonly name: string;
  readonly type: string;
}

export interface Kernel {
  readonly name: string;
  readonly source: string;
  /** With the constants' defaults. */
  readonly workgroupSize: readonly [number, number, number];
  /** Module-scope constants with a written type and a literal value; all others are the kernel's own. */
  readonly constants: readonly KernelConstant[];
  /** Values of the uniform `sizes`, in its order: what is not compiled in, so that one pipeline serves works of any size. */
  readonly sizes: readonly string[];
  /** Element types that a specialisation may turn into f16. */
  readonly aliases: readonly string[];
  readonly bindings: readonly KernelBinding[];
  readonly workgroupVariables: readonly WorkgroupVariable[];
}

const CONSTANT = /^const (\w+): (u32|i32|f32) = (-?[\d.]+(?:e-?\d+)?)[uif]?;/gm;
const SIZES = /^struct Sizes \{\n([^}]*)^\}/m;
const SIZE = /^ {2}(\w+): u32,$/gm;
const ALIAS = /^alias (\w+) = f32;/gm;
const BINDING = /^@group\((\d+)\) @binding\((\d+)\) var<(uniform|storage, read|storage, read_write)> (\w+):/gm;
const WORKGROUP_VARIABLE = /^var<workgroup> (\w+): ([^;]+);/gm;
const WORKGROUP_SIZE = /@workgroup_size\(([^)]*)\)/;

/** Reads the interface of a kernel from its WGSL. */
export function describeKernel(name: string, source: string): Kernel {
  return {
    name,
    source,
    workgroupSize: workgroupSize(name, source),
    constants: [...source.matchAll(CONSTANT)].map(([, constant = '', type, value]) => ({
      name: constant,
      type: type as ConstantType,
      default: Number(value),
    })),
    sizes: [...(SIZES.exec(source)?.[1] ?? '').matchAll(SIZE)].map(([, size = '']) => size),
    aliases: [...source.matchAll(ALIAS)].map(([, alias = '']) => alias),
    bindings: [...source.matchAll(BINDING)].map(([, group, binding, space = '', variable = '']) => ({
      name: variable,
      group: Number(group),
      binding: Number(binding),
      access: space.replace('storage, ', '') as BindingAccess,
    })),
    workgroupVariables: [...source.matchAll(WORKGROUP_VARIABLE)].map(([, variable = '', type = '']) => ({
      name: variable,
      type,
    })),
  };
}

function workgroupSize(name: string, source: string): [number, number, number] {
  const sizes = (WORKGROUP_SIZE.exec(source)?.[1] ?? '')
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => (/^\d+$/.test(text) ? Number(text) : ownConstant(source, text)));
  const [x, y = 1, z = 1] = sizes;
  if (x === undefined || sizes.some(Number.isNaN)) {
    throw new Error(`kernel ${name} does not declare a workgroup size of literals and constants`);
  }
  return [x, y, z];
}

function ownConstant(source: string, name: string): number {
  return Number(new RegExp(`^const ${name}(?:: u32)? = (\\d+)u?;`, 'm').exec(source)?.[1] ?? Number.NaN);
}
