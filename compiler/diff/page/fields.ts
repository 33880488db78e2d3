import type { Difference, FieldChange, Place } from '../difference.ts';
import { code, details, html, type Markup, nothing } from './html.ts';

export const fieldSection = ({ fields, unchangedFields }: Difference): Markup => html`<section id="fields">
<h2>Fields <span class="count">${fields.length} changed, ${unchangedFields.count} the same</span></h2>
${fields.length === 0 ? nothing : changedFields(fields)}
${unchangedFields.fields.length === 0 ? nothing : details('the same fields', sameFields(unchangedFields.fields))}
</section>`;

const changedFields = (fields: readonly FieldChange[]): Markup => html`<div class="card scroll"><table class="fields">
<thead><tr><th>field</th><th>A</th><th>B</th></tr></thead>
<tbody>${fields.map(fieldRow)}</tbody></table></div>`;

const fieldRow = ({ path, from, to, fromAt, toAt }: FieldChange): Markup => html`<tr><th scope="row">${code(path)}</th>
<td class="a" data-side="A">${writtenValue(from, to)}${from === null ? nothing : placeOf(fromAt)}</td>
<td class="b" data-side="B">${writtenValue(to, from)}${to === null ? nothing : placeOf(toAt)}</td></tr>`;

/** What differs from the other side is marked word by word, where both have as many words. */
const writtenValue = (text: string | null, other: string | null): Markup => {
  if (text === null) return html`<span class="note">nothing</span>`;
  const [words, others] = [wordsOf(text), wordsOf(other ?? '')];
  if (words.length !== others.length) return html`<code><mark>${text}</mark></code>`;
  return html`<code>${words.map((word, index) => (word === others[index] ? word : html`<mark>${word}</mark>`))}</code>`;
};

const wordsOf = (text: string): readonly string[] => text.split(/([\s,()[\]]+)/);

const placeOf = (place: Place | null): Markup =>
  place === null
    ? html`<span class="place">by default</span>`
    : html`<span class="place">${place.file}:${place.span.line}</span>`;

const sameFields = (fields: Difference['unchangedFields']['fields']): Markup => html`<div class="card scroll"><table>
<thead><tr><th>field</th><th>both</th></tr></thead>
<tbody>${fields.map(({ path, text }) => html`<tr><th scope="row">${code(path)}</th><td>${code(text)}</td></tr>`)}</tbody>
</table></div>`;
