/** `swinc diff --sweep --format markdown`: every variant against the model that they vary. */
import { fates } from '../difference.ts';
import { fateNames } from '../fates.ts';
import { spellDelta } from '../figures.ts';
import { type SweepDifference, type SweepRow, sweepFigures } from '../sweep.ts';
import { code, fit, left, right, shortTable } from './text.ts';

/** Under 60,000 characters, however many variants there are. */
export const sweepToMarkdown = (sweep: SweepDifference): string => fit((most) => render(sweep, most));

const render = ({ sweep, base, variants }: SweepDifference, most: number): string => {
  const columns = [
    left('variant'),
    left('verdict'),
    left('changes'),
    ...sweepFigures.map(({ name }) => right(name)),
    ...fates.map((fate) => right(fateNames[fate])),
  ];
  const matrix = shortTable(columns, { items: variants, row }, most);
  const heading = `### ${code(sweep)}: ${variants.length} variants against ${code(base.model)}`;
  return `${heading}\n\n${matrix}\n\nFigures say what is added to the base's, tensors what becomes of them.\n`;
};

/** Where nothing is added. */
const same = '·';

const row = (variant: SweepRow): readonly string[] => [
  code(variant.label),
  variant.verdict,
  variant.fields.map(({ path }) => code(path)).join(', ') || same,
  ...sweepFigures.map(({ of, spell }) => spellDelta({ spell }, of(variant)) || same),
  ...fates.map((fate) => (variant.weights[fate] === 0 ? same : `${variant.weights[fate]}`)),
];
