import { blame } from '../blame.ts';
import { isSameSize } from '../layout.ts';
import type { Rule } from './rule.ts';

/** Preprocessing must end in the input that the model takes. */
export const preprocessFits: Rule = ({ specification }, report) => {
  const { input, resize, crop, mean, std } = specification;
  const { height, width, channels } = input.value;
  for (const [name, statistics] of [['mean', mean] as const, ['std', std] as const]) {
    if (statistics.value.length === channels || statistics.setting === undefined) continue;
    report(
      blame(specification, [statistics, input], {
        code: 'SW215',
        message: `\`preprocess.${name}\` has ${statistics.value.length} values for ${channels} channels`,
        help: 'write one value for each channel of `input`',
      }),
    );
  }
  if (!isSameSize(crop.value, input.value)) {
    report(
      blame(specification, [crop, input], {
        code: 'SW216',
        message: `the crop of ${crop.value.height}x${crop.value.width} is not the ${height}x${width} input`,
        help: `leave \`preprocess.crop\` out, or write \`[${height}, ${width}]\``,
      }),
    );
  }
  const least = { height: Math.max(height, width), width: Math.max(height, width) };
  const [covered, needed] =
    typeof resize.value === 'number'
      ? [{ height: resize.value, width: resize.value }, least]
      : [resize.value, crop.value];
  if (covered.height >= needed.height && covered.width >= needed.width) return;
  report(
    blame(specification, [resize, crop, input], {
      code: 'SW217',
      message: `an image resized to ${covered.height}x${covered.width} does not cover the crop`,
      help: `resize to at least ${needed.height === needed.width ? needed.height : `[${needed.height}, ${needed.width}]`}`,
    }),
  );
};
