import { blame, isOwn } from '../blame.ts';
import type { Norm } from '../model.ts';
import type { Given } from '../specification.ts';
import type { Rule } from './rule.ts';

/** Batch norm per token has one statistic for each position of a grid, so that weights fit one input size only. */
export const tokenNormLocksInput: Rule = ({ specification }, report) => {
  const { input, patch, patchNorm, mergeNorm, finalNorm, stages } = specification;
  const norms = [...stages.map((stage) => stage.norm), patchNorm, mergeNorm, finalNorm];
  const norm = norms.find(isPerToken);
  if (norm === undefined) return;
  const size = `${input.value.height}x${input.value.width}`;
  const resized = [input, patch].find(({ setting }) => setting !== undefined && isOwn(setting, specification));
  const inherited = norm.setting !== undefined && !isOwn(norm.setting, specification);
  if (inherited && resized !== undefined) {
    report(
      blame(specification, [resized, norm], {
        code: 'SW210',
        severity: 'warning',
        message: `batch norm per token ties weights to one input size: those of \`${norm.setting.model}\` do not fit here`,
        help: 'train this model by itself, or use `batch(per: channel)`',
      }),
    );
  } else if (!inherited) {
    report(
      blame(specification, [norm], {
        code: 'SW210',
        severity: 'note',
        message: `batch norm per token ties the weights to inputs of ${size}`,
        help: '`batch(per: channel)` does not',
      }),
    );
  }
};

function isPerToken({ value }: Given<Norm>): boolean {
  return value.kind === 'batch' && value.per === 'token';
}
