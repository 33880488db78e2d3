/** `swinc diff --sweep --format markdown`: every variant against the model that they vary. */
import { byteCount, decimal, giga } from '../../report/units.ts';
import { fates } from '../difference.ts';
import { fateLabels } from '../fates.ts';
import { spellChange, spellPercentage } from '../figures.ts';
import type { SweepDifference, SweepRow } from '../sweep.ts';
import { clip, code, fit, left, right, shortTable } from './text.ts';

export const sweepToMarkdown = (sweep: SweepDifference): string => fit((most) => render(sweep, most));

const render = ({ sweep, base, variants }: SweepDifference, most: number): string => {
  const columns = [
    left('variant'),
    left('verdict'),
    left('fields'),
    right('parameters'),
    right('MACs'),
    right('dispatches'),
    right('bytes moved'),
    left('weights of the base'),
  ];
  const matrix = shortTable(columns, variants.map(rowOf), most);
  return `### ${code(sweep)}: ${variants.length} variants of ${code(base.model)}\n\n${matrix}\n`;
};

const rowOf = ({
  label,
  verdict,
  fields,
  params,
  macs,
  dispatches,
  bytesMoved,
  weights,
}: SweepRow): readonly string[] => [
  code(label),
  verdict,
  fields.map(({ path, to }) => code(`${path} = ${clip(to ?? 'nothing', 40)}`)).join(', '),
  `${decimal(params.to ?? 0)} ${spellPercentage(params)}`.trim(),
  `${giga(macs.to ?? 0)} ${spellPercentage(macs)}`.trim(),
  spellChange({ spell: decimal }, dispatches.planned),
  `${byteCount(bytesMoved.planned.to ?? 0)} ${spellPercentage(bytesMoved.planned)}`.trim(),
  fates.flatMap((fate) => (weights[fate] === 0 ? [] : `${weights[fate]} ${fateLabels[fate]}`)).join(', '),
];
