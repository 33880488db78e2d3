/** Where two texts differ, line by line, as `diff -U1` prints it. */

interface Change {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
  /** Lines of either text before this one. */
  readonly before: number;
  readonly after: number;
}

const context = 1;
/** Larger differences are shown as one. */
const mostCells = 4e6;

/** At most `most` lines, the last of which may say how many are left out. */
export function lineDifference(before: string, after: string, most: number): readonly string[] {
  const changes = compareLines(splitText(before), splitText(after));
  const lines = groupChanges(changes).flatMap(printGroup);
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most), `… ${lines.length - most} more lines`];
}

function splitText(text: string): readonly string[] {
  return text.replace(/\n$/, '').split('\n');
}

function compareLines(before: readonly string[], after: readonly string[]): readonly Change[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const shorter = Math.min(before.length, after.length) - head;
  while (tail < shorter && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const signs = [
    ...Array.from({ length: head }, () => ' ' as const),
    ...middleSigns(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...Array.from({ length: tail }, () => ' ' as const),
  ];
  const place = { before: 0, after: 0 };
  return signs.map((sign) => {
    const line = (sign === '+' ? after[place.after] : before[place.before]) ?? '';
    const change = { sign, line, ...place };
    if (sign !== '+') place.before += 1;
    if (sign !== '-') place.after += 1;
    return change;
  });
}

/** By the longest common subsequence. */
function middleSigns(before: readonly string[], after: readonly string[]): readonly Change['sign'][] {
  const width = after.length + 1;
  if (before.length * width > mostCells) return [...before.map(() => '-' as const), ...after.map(() => '+' as const)];
  const lengths = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      const same = before[row] === after[column];
      const length = same ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
      lengths[row * width + column] = length;
    }
  }
  const signs: Change['sign'][] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const same = row < before.length && column < after.length && before[row] === after[column];
    const removes = column === after.length || (row < before.length && at(row + 1, column) >= at(row, column + 1));
    signs.push(same ? ' ' : removes ? '-' : '+');
    if (same || removes) row += 1;
    if (same || !removes) column += 1;
  }
  return signs;
}

/** Runs of changes with the lines around them. */
function groupChanges(changes: readonly Change[]): readonly (readonly Change[])[] {
  const groups: Change[][] = [];
  let end = -1;
  for (const [index, { sign }] of changes.entries()) {
    if (sign === ' ') continue;
    const start = Math.max(index - context, 0);
    const group = start <= end ? groups.at(-1) : undefined;
    const added = changes.slice(group === undefined ? start : end, index + context + 1);
    if (group === undefined) groups.push([...added]);
    else group.push(...added);
    end = index + context + 1;
  }
  return groups;
}

function printGroup(group: readonly Change[]): readonly string[] {
  const count = (other: '-' | '+'): number => group.filter(({ sign }) => sign !== other).length;
  const [first] = group;
  const range = (start: number, length: number): string => `${length === 0 ? start : start + 1},${length}`;
  const header = `@@ -${range(first?.before ?? 0, count('+'))} +${range(first?.after ?? 0, count('-'))} @@`;
  return [header, ...group.map(({ sign, line }) => `${sign}${line}`)];
}
