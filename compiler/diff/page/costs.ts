import type { Change, DerivedChange, StageChange } from '../difference.ts';
import {
  changedFigures,
  type Figure,
  figures,
  hasChanged,
  spellChange,
  spellDelta,
  spellHidden,
  spellPercentage,
} from '../figures.ts';
import { details, html, type Markup, nothing } from './html.ts';

export const costSection = (derived: DerivedChange): Markup => {
  const { shown, hidden } = changedFigures(derived);
  return html`<section id="derived">
<h2>Derived figures <span class="count">for one image; ${spellHidden(hidden)}</span></h2>
${
  shown.length === 0
    ? nothing
    : html`<div class="card scroll"><table class="figures">
<thead><tr><th>in all</th><th class="number">A</th><th class="number">B</th><th class="bars"></th><th class="number">change</th></tr></thead>
<tbody>${shown.map((figure) => totalRow(figure, derived))}</tbody></table></div>`
}
${details('every figure, stage by stage', stageTable(derived))}
</section>`;
};

const nameOf = ({ name, variant }: Figure): Markup =>
  html`${name}${variant === null ? nothing : html` <span class="note">${variant}</span>`}`;

const totalRow = (figure: Figure, { total }: DerivedChange): Markup => {
  const change = figure.of(total);
  const value = (side: number | null): string => (side === null ? '' : figure.spell(side));
  const delta = html`${spellDelta(figure, change)} <span class="percent">${spellPercentage(change)}</span>`;
  return html`<tr><th scope="row">${nameOf(figure)}</th><td class="number">${value(change.from)}</td>
<td class="number">${value(change.to)}</td><td class="bars">${barsOf(change)}</td>
<td class="number">${hasChanged(change) ? delta : html`<span class="note">the same</span>`}</td></tr>`;
};

/** Both values on one scale, the larger one as wide as there is room. */
const barsOf = ({ from, to }: Change): Markup => {
  const largest = Math.max(from ?? 0, to ?? 0);
  const width = (value: number | null): string => (largest === 0 ? '0' : ((100 * (value ?? 0)) / largest).toFixed(1));
  return html`<svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true"><rect class="bar-a" width="${width(from)}" height="5"/><rect class="bar-b" y="7" width="${width(to)}" height="5"/></svg>`;
};

const stageTable = (derived: DerivedChange): Markup => {
  const heads = derived.stages.map(({ number }) => html`<th class="number">stage ${number}</th>`);
  return html`<div class="card scroll"><table><thead><tr><th></th>${heads}<th class="number">outside</th></tr></thead>
<tbody>${figures.map(
    (figure) =>
      html`<tr><th scope="row">${nameOf(figure)}</th>${[...derived.stages, derived.outside].map((place) =>
        placeCell(figure, place),
      )}</tr>`,
  )}</tbody></table></div>`;
};

const placeCell = (figure: Figure, place: StageChange | DerivedChange['outside']): Markup => {
  const change = figure.of(place);
  const name = hasChanged(change) ? 'number changed' : 'number';
  return html`<td class="${name}">${spellChange(figure, change)}</td>`;
};
