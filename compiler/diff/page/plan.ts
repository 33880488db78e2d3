import type { DispatchChange, PipelineUse, PlanChange } from '../difference.ts';
import { hasChanged } from '../figures.ts';
import { code, details, html, type Markup, nothing } from './html.ts';

export const planSection = ({ kernels, pipelines, dispatches }: PlanChange): Markup => {
  const differing = pipelines.gained.length + pipelines.lost.length;
  return html`<section id="plan">
<h2>Plan</h2>
<div class="card">
${tally('kernels', kernels.gained.length, kernels.lost.length, kernels.shared.length)}
${kernels.gained.map((kernel) => html`<p class="gained">+ ${code(kernel)}</p>`)}
${kernels.lost.map((kernel) => html`<p class="lost">− ${code(kernel)}</p>`)}
${tally('pipelines', pipelines.gained.length, pipelines.lost.length, pipelines.shared)}
${dispatchesOf(dispatches.filter(hasChanged))}
</div>
${differing === 0 ? nothing : details(`${differing} pipelines differ`, pipelineTable(pipelines))}
</section>`;
};

const tally = (what: string, gained: number, lost: number, shared: number): Markup =>
  gained + lost === 0
    ? html`<p>The same <b>${shared}</b> ${what}.</p>`
    : html`<p><b>${what}</b>: ${gained} gained, ${lost} lost, ${shared} the same.</p>`;

const dispatchesOf = (changes: readonly DispatchChange[]): Markup => {
  if (changes.length === 0) return html`<p>As many dispatches of every op.</p>`;
  return html`<p><b>dispatches</b>: ${changes.map(
    ({ op, from, to }, index) => html`${index === 0 ? '' : ', '}${code(op)} ${from ?? 0} → ${to ?? 0}`,
  )}.</p>`;
};

const pipelineTable = ({ gained, lost }: PlanChange['pipelines']): Markup => html`<div class="card scroll"><table>
<thead><tr><th></th><th>kernel</th><th>for</th><th>with</th><th class="number">dispatches</th></tr></thead>
<tbody>${gained.map((use) => pipelineRow('gained', use))}${lost.map((use) => pipelineRow('lost', use))}</tbody>
</table></div>`;

const pipelineRow = (fate: 'gained' | 'lost', { kernel, constants, types, ...use }: PipelineUse): Markup => {
  const values = Object.entries({ ...constants, ...types }).map(([name, value]) => `${name}=${value}`);
  return html`<tr><td class="${fate}">${fate}</td><td>${code(kernel)}</td><td>${use.class}</td>
<td>${code(values.join(' '))}</td><td class="number">${use.dispatches}</td></tr>`;
};
