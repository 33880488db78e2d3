/** `swinc diff --format html`: one file that asks for no other. */
import type { Difference, Side } from '../difference.ts';
import { costSection } from './costs.ts';
import { fieldSection } from './fields.ts';
import { code, html, type Markup, nothing } from './html.ts';
import { latencySection } from './latency.ts';
import { planSection } from './plan.ts';
import { script, scriptDigest } from './script.ts';
import { stageSection } from './stages.ts';
import { style } from './style.ts';
import { hatchPatterns, hatchStyle } from './tiling.ts';
import { weightSection } from './weights.ts';

export const toPage = (difference: Difference): string => {
  const { a, b, verdict, meaning, derived, weights, plan, latency } = difference;
  const body = html`<header>
<p class="verdict ${verdict.toLowerCase()}">${verdict}</p>
<h1>${titleOf(a, b)} <span class="arrow">→</span> ${titleOf(b, a)}</h1>
<p class="meaning">${meaning}</p>
<dl><dt class="a">A</dt><dd>${code(a.operand)}</dd><dt class="b">B</dt><dd>${code(b.operand)}</dd></dl>
</header>
<main>
${fieldSection(difference)}
${stageSection(derived.stages)}
${costSection(derived)}
${latency === undefined ? nothing : latencySection(latency)}
${weightSection(weights)}
${planSection(plan)}
</main>`;
  return pageOf(`${a.model} → ${b.model}: ${verdict}`, body);
};

/** The element type is named where it is a difference. */
const titleOf = ({ model, elementType }: Side, other: Side): Markup =>
  elementType === other.elementType ? html`${model}` : html`${model} <span class="note">${elementType}</span>`;

/** Nothing may be loaded, and no script may run but the one that is known. */
const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src '${scriptDigest}'`;

/** A whole page around its body. */
export const pageOf = (title: string, body: Markup): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${{ markup: `${style}${hatchStyle}\n` }}</style>
</head>
<body>
<svg width="0" height="0" aria-hidden="true"><defs>${hatchPatterns}</defs></svg>
${body}
<script>${{ markup: script }}</script>
</body>
</html>
`.markup;
