import { milliseconds } from '../../report/units.ts';
import type { LatencyChange, LatencyStatistics } from '../difference.ts';
import { spellRatio } from '../latency.ts';
import { html, type Markup } from './html.ts';

export const latencySection = (latency: LatencyChange): Markup => {
  const { adapter, from, to, p, significant } = latency;
  const longest = Math.max(...from.samples, ...to.samples);
  const meaning = significant ? 'significant' : 'the difference may be chance';
  return html`<section id="latency">
<h2>Latency <span class="count">on ${adapter}</span></h2>
<div class="card times">
${sideOf('A', from, longest)}
${sideOf('B', to, longest)}
<p>B against A: <b>${spellRatio(latency)}</b> <span class="note">${meaning}: Mann-Whitney p = ${p.toFixed(4)}</span></p>
</div>
</section>`;
};

/** Every sample a stroke, the interval of the median a bar. */
const sideOf = (
  name: string,
  { samples, median, interval: [low, high] }: LatencyStatistics,
  longest: number,
): Markup => {
  const at = (time: number): string => ((100 * time) / longest).toFixed(2);
  const side = name === 'A' ? 'a' : 'b';
  return html`<div class="time ${side}"><b>${name}</b>
<svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${samples.length} samples">
<rect class="interval" x="${at(low)}" width="${at(high - low)}" height="10"/>
<path d="${samples.map((sample) => `M${at(sample)} 2V8`).join('')}"/>
<path class="median" d="M${at(median)} 0V10"/></svg>
<span>${milliseconds(median)} <span class="note">${milliseconds(low)} to ${milliseconds(high)}, ${samples.length} runs</span></span></div>`;
};
