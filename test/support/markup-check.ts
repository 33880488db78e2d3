/** A small reader of HTML, strict where browsers are lenient: what it accepts no text can have broken. */

const withoutContent: readonly string[] = ['meta', 'br', 'input'];
const rawText: readonly string[] = ['script', 'style'];

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const tagPattern = /<(\/?)([a-z][a-z0-9-]*)((?: [a-zA-Z:-]+(?:="[^"<>]*")?|\n[a-zA-Z:-]+="[^"<>]*")*)(\/?)>/y;

/** The elements in the order in which they begin. Throws where something is not closed, not quoted, or no tag at all. */
export function readMarkup(page: string): readonly Element[] {
  const elements: Element[] = [];
  const open: string[] = [];
  let at = page.startsWith('<!doctype html>') ? '<!doctype html>'.length : 0;
  while (at < page.length) {
    const next = page.indexOf('<', at);
    requireText(page.slice(at, next < 0 ? page.length : next));
    if (next < 0) break;
    tagPattern.lastIndex = next;
    const [tag, closes, name = '', attributes = '', closed] = tagPattern.exec(page) ?? [];
    if (tag === undefined) throw new Error(`no tag: ${page.slice(next, next + 80)}`);
    at = next + tag.length;
    if (closes) {
      if (open.pop() !== name) throw new Error(`</${name}> closes something else: ${page.slice(next - 80, at)}`);
      continue;
    }
    elements.push({ name, attributes: readAttributes(attributes) });
    if (closed || withoutContent.includes(name)) continue;
    open.push(name);
    if (rawText.includes(name)) at = page.indexOf(`</${name}>`, at);
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(', ')}`);
  return elements;
}

function requireText(text: string): void {
  if (text.includes('>')) throw new Error(`a loose >: ${text.slice(0, 80)}`);
  const loose = /&(?!(?:amp|lt|gt|quot|#39);)/.exec(text);
  if (loose !== null) throw new Error(`a loose &: ${text.slice(loose.index, loose.index + 20)}`);
}

function readAttributes(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(/([a-zA-Z:-]+)(?:="([^"]*)")?/g)].map(([, name, value = '']) => [name, value]),
  );
}
