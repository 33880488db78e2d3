/** Writes a package's model.ts: the plan, the kernels, and a typed `load`. */
import type { CodeBlockWriter, SourceFile } from 'ts-morph';
import type { Plan } from '../../../runtime/plan.ts';
import type { FeatureInfo, PackageInfo } from './package-info.ts';
import { candidateData, planData, preprocessData } from './plan-data.ts';
import { declaredAs, type Plain, printValue, typescript } from './print-value.ts';
import { typeNameOf } from './type-name.ts';
import { usedKernels } from './used-kernels.ts';

export interface ModelParts {
  readonly info: PackageInfo;
  readonly plan: Plan;
  /** What the spec says about the model; may be empty. */
  readonly documentation: string;
}

export function writeModelSource(file: SourceFile, parts: ModelParts): void {
  file.addStatements(header(parts));
  addImports(file);
  addInfo(file, parts.info);
  addTypes(file, parts.info);
  addLoad(file, typeNameOf(parts.info.name));
  addConstants(file, parts.plan);
}

function header({ info, documentation }: ModelParts): string {
  const about = documentation.trim() === '' ? [] : documentation.trim().split('\n');
  const lines = [`The model ${info.name}, compiled by swinc from its spec. Do not edit.`, ...about].map(withoutEnd);
  return `/**\n${lines.map((line) => ` * ${line.trim()}`.trimEnd()).join('\n')}\n */`;
}

/** A spec's text must not end the comment that it stands in. */
function withoutEnd(text: string): string {
  return text.replaceAll('*/', '* /');
}

function addImports(file: SourceFile): void {
  const types = [
    'LoadedModel',
    'LoadOptions as RuntimeLoadOptions',
    'Plan',
    'RunOptions',
    'RunResult',
    'StageMap',
    'WeightSource',
  ];
  file.addImportDeclaration({ moduleSpecifier: './runtime.js', namedImports: ['load as loadPlan'] });
  file.addImportDeclaration({ moduleSpecifier: './runtime.js', isTypeOnly: true, namedImports: types });
  file.addExportDeclaration({ moduleSpecifier: './runtime.js' });
}

function addInfo(file: SourceFile, info: PackageInfo): void {
  const data: Record<keyof PackageInfo, Plain> = {
    name: info.name,
    input: { ...info.input },
    classes: info.classes,
    features: info.features.map((feature) => ({ ...feature })),
    preprocess: preprocessData(info.preprocess),
    elementType: info.elementType,
    parameters: info.parameters,
    macs: info.macs,
    weights: info.weights,
  };
  file.addStatements(
    `/** What the model takes and gives. \`macs\` are multiply-accumulates of matrix products, for one image. */
export const info = ${printValue(data, typescript)} as const;`,
  );
}

function addTypes(file: SourceFile, info: PackageInfo): void {
  const name = typeNameOf(info.name);
  const width = info.classes === 0 ? 'number' : String(info.classes);
  file.addInterface({
    name: `${name}Result`,
    isExported: true,
    extends: ['RunResult'],
    docs: ['What `run` returns.'],
    properties: [
      { name: 'shape', isReadonly: true, type: `readonly [batch: number, classes: ${width}]` },
      { name: 'features', isReadonly: true, type: `readonly [${info.features.map(featureType).join(', ')}]` },
    ],
  });
  file.addInterface({
    name,
    isExported: true,
    extends: ['LoadedModel'],
    docs: ['The model on a device.'],
    methods: [
      {
        name: 'run',
        parameters: [
          { name: 'input', type: 'Float32Array' },
          { name: 'options', type: 'RunOptions', hasQuestionToken: true },
        ],
        returnType: `Promise<${name}Result>`,
        docs: [`Takes float32 [batch, ${inputShape(info)}] in C order, preprocessed.`],
      },
    ],
  });
}

export function inputShape({ input }: PackageInfo): string {
  return [input.channels, input.height, input.width].join(', ');
}

function featureType({ stage, shape }: FeatureInfo): string {
  const own = `{ readonly stage: ${stage}; readonly shape: readonly [batch: number, ${namedShape(shape)}] }`;
  return `StageMap & ${own}`;
}

function namedShape(shape: readonly number[]): string {
  const names = ['height', 'width', 'channels'];
  return shape.map((length, axis) => `${names[axis] ?? `axis${axis}`}: ${length}`).join(', ');
}

function addLoad(file: SourceFile, name: string): void {
  file.addInterface({
    name: 'LoadOptions',
    isExported: true,
    extends: ['RuntimeLoadOptions'],
    properties: [
      {
        name: 'weights',
        isReadonly: true,
        hasQuestionToken: true,
        type: 'WeightSource | URL | undefined',
        docs: ['The weights, or where their file is; by default `weights.safetensors` beside this module.'],
      },
    ],
  });
  file.addFunction({
    name: 'load',
    isExported: true,
    isAsync: true,
    parameters: [{ name: 'options', type: 'LoadOptions', initializer: '{}' }],
    returnType: `Promise<${name}>`,
    docs: ['Opens a device and makes the model ready to run on it: in Node by the package `webgpu`.'],
    statements: (writer) => writeLoadBody(writer, name),
  });
}

function writeLoadBody(writer: CodeBlockWriter, name: string): void {
  writer
    .writeLine("const { weights = new URL('./weights.safetensors', import.meta.url), ...rest } = options;")
    .writeLine('const model = await loadPlan({ plan, kernels, weights }, rest);')
    .writeLine('// The plan above is what gives the results their shapes.')
    .writeLine(`return model as ${name};`);
}

type Candidates = Plan['dispatches'][number]['candidates'];

/**
 * The plan, with a list of candidates for all dispatches that have the same, and the kernels as they stand in their files: a
 * template literal keeps their lines.
 */
function addConstants(file: SourceFile, plan: Plan): void {
  const kernels = usedKernels(plan).map(({ name, source }) => `  ${typescript.key(name)}: \`${escaped(source)}\`,\n`);
  const lists = [...new Set(plan.dispatches.map(({ candidates }) => candidates))];
  const names = new Map(lists.map((list, index) => [list, `candidates${index}`]));
  const candidatesOf = (list: Candidates): Plain => declaredAs(names.get(list) ?? '');
  // As text: the writer would indent what is inside of the kernels.
  file.addStatements([
    "type Candidates = Plan['dispatches'][number]['candidates'];",
    ...lists.map((list) => `const ${names.get(list)}: Candidates = ${printValue(candidateData(list), typescript)};`),
    `const plan: Plan = ${printValue(planData(plan, candidatesOf), typescript)};`,
    `const kernels: Readonly<Record<string, string>> = {\n${kernels.join('')}};`,
  ]);
}

function escaped(source: string): string {
  return source.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
}
