/** The examples of `compiler/messages.md`, as sources. */
import { readFileSync } from 'node:fs';

export const catalogueText = readFileSync(new URL('../../compiler/messages.md', import.meta.url), 'utf8');

export interface Example {
  readonly code: string;
  readonly wrong: string;
  readonly right: string;
}

const fence = /^```swin ([a-z ]+)\n([\s\S]*?)^```$/gm;

export const base = blocks(catalogueText, 'base')[0] ?? '';

export const examples: readonly Example[] = catalogueText.split(/^## /m).flatMap((entry) => {
  const code = entry.slice(0, 5);
  const [wrong] = blocks(entry, 'wrong');
  const [right] = blocks(entry, 'right');
  return wrong === undefined || right === undefined ? [] : [{ code, wrong, right }];
});

/** Texts of the fences of one kind; the inside of a model is completed to a file. */
function blocks(text: string, kind: string): readonly string[] {
  return [...text.matchAll(fence)].flatMap(([, info = '', body = '']) => {
    if (info === kind || info === `${kind} file`) return [info === kind && kind !== 'base' ? inModel(body) : body];
    return [];
  });
}

function inModel(body: string): string {
  const lines = body.trimEnd().split('\n');
  return `swin 1\nimport "./base.swin"\nmodel example extends base {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}
