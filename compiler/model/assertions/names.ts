import type { Figures } from '../figures.ts';
import type { Model, Size } from '../model.ts';
import type { Specification } from '../specification.ts';
import type { Quantity } from './quantity.ts';

/** Everything that can be counted of a model; `memory` is known only once a plan is made, in bytes. */
export type AssertedFigures = Figures & { readonly memory?: number };

/** Figures of the whole model, and figures by stage. */
const totals: readonly string[] = ['params', 'macs', 'memory'];
const figuresByStage: readonly string[] = ['windows', 'tokens'];
const wholeFields: readonly string[] = ['input.height', 'input.width', 'input.channels', 'classes', 'dim'];
const fieldsByStage: readonly string[] = ['depths', 'heads', 'window', 'shift', 'mlp'];
/** One number when both sides are equal, else height and width; or as many as the text lists. */
const otherFields: readonly string[] = ['patch', 'features'];

export const assertable: readonly string[] = [
  ...totals,
  ...figuresByStage,
  ...wholeFields,
  ...fieldsByStage,
  ...otherFields,
];

/** How many values a name has in a model of so many stages: a number of them, or unknown for lists of any length. */
export function shapeOfName(name: string, stages: number | undefined): 'number' | { length: number | undefined } {
  if (totals.includes(name) || wholeFields.includes(name)) return 'number';
  return { length: figuresByStage.includes(name) || fieldsByStage.includes(name) ? stages : undefined };
}

/** The fields as the model has them: windows and shifts are those of a stage after clamping. */
export function fieldQuantities(specification: Specification, model: Model): ReadonlyMap<string, Quantity> {
  const { stages } = model;
  return new Map<string, Quantity>([
    ['input.height', model.input.height],
    ['input.width', model.input.width],
    ['input.channels', model.input.channels],
    ['classes', model.classes],
    ['dim', specification.dim.value],
    ['patch', sides(model.patch)],
    ['features', model.features],
    ['depths', stages.map((stage) => stage.blocks.length)],
    ['heads', stages.map((stage) => stage.heads)],
    ['mlp', specification.stages.map((stage) => stage.mlp.value)],
    ['window', stages.map((stage) => sides(stage.blocks[0]?.window ?? stage.grid))],
    ['shift', stages.map((stage) => sides(largest(stage.blocks.map((block) => block.shift))))],
  ]);
}

export function figureQuantities(figures: AssertedFigures): ReadonlyMap<string, Quantity> {
  const quantities = new Map<string, Quantity>([
    ['params', figures.params],
    ['macs', figures.macs],
    ['windows', figures.stages.map((stage) => stage.windows)],
    ['tokens', figures.stages.map((stage) => stage.tokens)],
  ]);
  if (figures.memory !== undefined) quantities.set('memory', figures.memory);
  return quantities;
}

function sides({ height, width }: Size): Quantity {
  return height === width ? height : [height, width];
}

function largest(sizes: readonly Size[]): Size {
  return {
    height: Math.max(...sizes.map((size) => size.height)),
    width: Math.max(...sizes.map((size) => size.width)),
  };
}
