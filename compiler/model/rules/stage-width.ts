import { blame } from '../blame.ts';
import type { StageWidth } from '../layout.ts';
import { limits } from '../limits.ts';
import { spellNumber } from '../spell.ts';
import type { Rule } from './rule.ts';

/** Channels double at every merging; what follows from a field is held to the bound of fields. */
export const stageWidth: Rule = ({ specification, widths }, report) => {
  const wide = widths.find(isTooWide);
  if (wide === undefined) return;
  report(
    blame(specification, [specification.dim, wide.stage.mlp], {
      code: 'SW212',
      message: `stage ${wide.stage.number} would be ${spellNumber(Math.max(wide.dim, wide.hidden))} wide, more than ${spellNumber(limits.fieldInteger)}`,
      help: 'write a smaller `dim`; it doubles from stage to stage',
    }),
  );
};

export function isTooWide({ dim, hidden }: StageWidth): boolean {
  return Math.max(dim, hidden) > limits.fieldInteger;
}
