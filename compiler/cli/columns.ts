/** Text in columns, for terminals. */

export interface Cell {
  readonly text: string;
  readonly align?: 'right';
  /** Applied after the text has been padded. */
  readonly colour?: (text: string) => string;
}

const gap = '  ';

/** Lines whose columns are as wide as their widest cell; rows may have fewer cells than others. */
export function alignColumns(rows: readonly (readonly Cell[])[]): readonly string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.text.length ?? 0)),
  );
  return rows.map((row) => {
    const last = row.findLastIndex(({ text }) => text !== '');
    const cells = row.slice(0, last + 1).map(({ text, align, colour }, column) => {
      const width = widths[column] ?? 0;
      const padded = align === 'right' ? text.padStart(width) : column === last ? text : text.padEnd(width);
      return colour ? colour(padded) : padded;
    });
    return cells.join(gap);
  });
}
