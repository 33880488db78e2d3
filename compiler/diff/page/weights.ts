import { type Fate, fates, type TensorChange, type WeightsChange } from '../difference.ts';
import { fateLabels, roleOf, spellShapes } from '../fates.ts';
import { code, html, type Markup, nothing } from './html.ts';

export const weightSection = (weights: WeightsChange): Markup => {
  const met = fates.filter((fate) => weights[fate].count > 0);
  const places = placesOf(weights);
  return html`<section id="weights">
<h2>Weights <span class="count">what of A can be loaded into B</span></h2>
<div class="card">
<ul class="legend">${met.map(
    (fate) => html`<li><i class="${fate}"></i><b>${weights[fate].count}</b> ${fateLabels[fate]}</li>`,
  )}</ul>
<div class="strips">${places.map((stage) => stageStrip(stage, weights))}</div>
</div>
${met.map((fate) => listing(fate, weights[fate].tensors))}
</section>`;
};

const allTensors = (weights: WeightsChange): readonly TensorChange[] => fates.flatMap((fate) => weights[fate].tensors);

/** Stages in order, after what is outside of them. */
const placesOf = (weights: WeightsChange): readonly (number | null)[] =>
  [...new Set(allTensors(weights).map(({ stage }) => stage))].sort((one, other) => (one ?? 0) - (other ?? 0));

const stageStrip = (stage: number | null, weights: WeightsChange): Markup => {
  const name = stage === null ? 'outside' : `stage ${stage}`;
  const countOf = (fate: Fate): number => weights[fate].tensors.filter((tensor) => tensor.stage === stage).length;
  return html`<span>${name}</span>${stripOf(countOf)}`;
};

/** Tensors by fate, as wide as they are many. */
export const stripOf = (countOf: (fate: Fate) => number): Markup => {
  const parts = fates.map((fate) => ({ fate, count: countOf(fate) })).filter(({ count }) => count > 0);
  return html`<div class="strip">${parts.map(
    ({ fate, count }) =>
      html`<i class="${fate}" style="flex-grow:${count}" title="${count} ${fateLabels[fate]}">${count}</i>`,
  )}</div>`;
};

/** The filter needs a script, and shows itself only where scripts run. */
const listing = (fate: Fate, tensors: readonly TensorChange[]): Markup => {
  const hasReasons = tensors.some(({ reason }) => reason !== null);
  return html`<details class="tensors"><summary><i class="${fate}"></i>${tensors.length} ${fateLabels[fate]}</summary>
<input type="search" placeholder="words that a row must hold" aria-label="filter" hidden>
<div class="card scroll"><table><thead><tr><th>tensor</th><th>shape</th><th>role</th>${
    hasReasons ? html`<th>because</th>` : nothing
  }</tr></thead>
<tbody>${tensors.map((tensor) => rowOf(tensor, hasReasons))}</tbody></table></div></details>`;
};

const rowOf = (tensor: TensorChange, hasReasons: boolean): Markup =>
  html`<tr><td>${code(tensor.name)}</td><td>${spellShapes(tensor)}</td><td>${roleOf(tensor)}</td>${
    hasReasons ? html`<td>${tensor.reason ?? ''}</td>` : nothing
  }</tr>
`;
