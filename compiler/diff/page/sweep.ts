/** `swinc diff --sweep --format html`: the matrix of a sweep, each variant against the model that they vary. */
import { fates } from '../difference.ts';
import { fateLabels } from '../fates.ts';
import { spellDelta, spellPercentage } from '../figures.ts';
import { type SweepDifference, type SweepFigure, type SweepRow, sweepFigures } from '../sweep.ts';
import { code, html, type Markup } from './html.ts';
import { pageOf } from './page.ts';
import { stripOf } from './weights.ts';

export const sweepToPage = ({ sweep, base, variants }: SweepDifference): string =>
  pageOf(
    `${sweep}: ${variants.length} variants of ${base.model}`,
    html`<header>
<h1>${sweep}</h1>
<p class="meaning">${variants.length} variants against ${base.model}: what each adds to it, and what becomes of its tensors.</p>
<dl><dt class="a">A</dt><dd>${code(base.operand)}</dd></dl>
</header>
<main><section id="matrix">
<ul class="legend">${fates.map((fate) => html`<li><i class="${fate}"></i>${fateLabels[fate]}</li>`)}</ul>
<div class="card scroll"><table class="matrix"><thead><tr><th>variant</th><th>verdict</th><th>tensors</th>${sweepFigures.map(
      ({ name }) => html`<th class="number">${name}</th>`,
    )}</tr></thead>
<tbody>${variants.map(rowOf)}</tbody></table></div>
</section></main>`,
  );

const rowOf = (row: SweepRow): Markup => html`<tr><th scope="row">${code(row.label)}</th>
<td><span class="verdict ${row.verdict.toLowerCase()}" title="${row.meaning}">${row.verdict}</span></td>
<td>${stripOf((fate) => row.weights[fate])}</td>${sweepFigures.map((figure) => figureCell(figure, row))}</tr>
`;

const figureCell = (figure: SweepFigure, row: SweepRow): Markup => {
  const change = figure.of(row);
  const delta = spellDelta(figure, change);
  if (delta === '') return html`<td class="number note">·</td>`;
  return html`<td class="number">${delta}<br><span class="note">${spellPercentage(change)}</span></td>`;
};
