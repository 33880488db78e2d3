/** The lines of a formatted text, and where the comments behind them stand. */

export interface Line {
  /** How many blocks and brackets are open around it. */
  readonly depth: number;
  readonly code: string;
  /** Stands alone where there is no code. */
  readonly comment: string;
}

export const blankLine: Line = { depth: 0, code: '', comment: '' };

/** Lists and blocks that would be wider are broken. */
export const codeWidth = 100;
/** Comments are put below each other up to here. */
const commentWidth = 120;
const gap = 2;

export function indentation(depth: number): string {
  return '  '.repeat(depth);
}

export function joinLines(lines: readonly Line[]): string {
  const texts: string[] = [];
  for (let start = 0; start < lines.length; ) {
    const end = endOfRun(lines, start);
    const run = lines.slice(start, end);
    const column = commentColumn(run);
    for (const line of run) texts.push(`${printLine(line, column)}\n`);
    start = end;
  }
  return texts.join('');
}

/** Lines of one depth without a blank line between them. */
function endOfRun(lines: readonly Line[], start: number): number {
  const first = lines[start];
  let end = start + 1;
  while (end < lines.length && lines[end] !== blankLine && lines[end]?.depth === first?.depth) end += 1;
  return end;
}

/** One column for the comments of a run; 0 where that would push one of them over the edge. */
function commentColumn(run: readonly Line[]): number {
  const commented = run.filter(({ code, comment }) => code !== '' && comment !== '');
  const column = commented.length === 0 ? 0 : widest(commented.map(widthOf)) + gap;
  const pushesOver = commented.some(
    (line) => widthOf(line) + gap + line.comment.length <= commentWidth && column + line.comment.length > commentWidth,
  );
  return pushesOver ? 0 : column;
}

/** Of any number of widths: a call has a limit to its arguments. */
export function widest(widths: readonly number[]): number {
  return widths.reduce((most, width) => Math.max(most, width), 0);
}

function widthOf({ depth, code }: Line): number {
  return indentation(depth).length + code.length;
}

function printLine(line: Line, column: number): string {
  const { depth, code, comment } = line;
  if (code === '' && comment === '') return '';
  if (code === '') return `${indentation(depth)}${comment}`;
  const text = `${indentation(depth)}${code}`;
  return comment === '' ? text : `${text.padEnd(Math.max(column, text.length + gap))}${comment}`;
}
