/** What `JSON.parse` hides: the first key that an object of the text repeats. The text must be valid JSON. */
export function duplicateKey(json: string): string | undefined {
  /** A set of keys for each open object, null for each open array. */
  const open: (Set<string> | null)[] = [];
  for (let position = 0; position < json.length; position++) {
    const character = json[position];
    if (character === '{') open.push(new Set());
    else if (character === '[') open.push(null);
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const end = endOfString(json, position);
      const keys = open.at(-1);
      if (keys && isKey(json, end)) {
        const key: string = JSON.parse(json.slice(position, end));
        if (keys.has(key)) return key;
        keys.add(key);
      }
      position = end - 1;
    }
  }
  return undefined;
}

function endOfString(json: string, start: number): number {
  let position = start + 1;
  while (position < json.length && json[position] !== '"') position += json[position] === '\\' ? 2 : 1;
  return position + 1;
}

function isKey(json: string, endOfString: number): boolean {
  let position = endOfString;
  while (/\s/.test(json[position] ?? '')) position++;
  return json[position] === ':';
}
