/** Where labels stand beside their points, so that none covers another or a point. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface LabelPoint {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export interface PlacedLabel {
  readonly text: string;
  /** The left end of the line on which the text stands. */
  readonly x: number;
  readonly y: number;
}

/** Of the font in which labels are drawn: what a letter is wide on average, and a line high. */
export interface LetterSize {
  readonly width: number;
  readonly height: number;
}

const gap = 9;

/** Each label takes the first free place around its point; where all are taken, the one with the least in its way. */
export function placeLabels(
  points: readonly LabelPoint[],
  obstacles: readonly Box[],
  { within, letter }: { readonly within: Box; readonly letter: LetterSize },
): readonly PlacedLabel[] {
  const taken = [...obstacles];
  return points.map(({ x, y, text }) => {
    const [width, height] = [text.length * letter.width, letter.height];
    const boxes = [
      boxAt(x + gap, y - height / 2, width, height),
      boxAt(x - gap - width, y - height / 2, width, height),
      boxAt(x - width / 2, y - gap - height, width, height),
      boxAt(x - width / 2, y + gap, width, height),
      boxAt(x + gap / 2, y - gap - height, width, height),
      boxAt(x + gap / 2, y + gap, width, height),
      boxAt(x - gap / 2 - width, y - gap - height, width, height),
      boxAt(x - gap / 2 - width, y + gap, width, height),
      ...[2, 3, 4].flatMap((far) => [
        boxAt(x - width / 2, y - gap - far * height, width, height),
        boxAt(x - width / 2, y + gap + (far - 1) * height, width, height),
        boxAt(x + gap, y - height / 2 - far * height, width, height),
        boxAt(x + gap, y - height / 2 + far * height, width, height),
      ]),
    ];
    const best = boxes.reduce((found, box) =>
      costOf(box, taken, within) < costOf(found, taken, within) ? box : found,
    );
    taken.push(best);
    return { text, x: best.left, y: best.bottom - height / 4 };
  });
}

const boxAt = (left: number, top: number, width: number, height: number): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});

/** How much of a box is covered, or outside. */
function costOf(box: Box, taken: readonly Box[], within: Box): number {
  const area = (box.right - box.left) * (box.bottom - box.top);
  const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0);
  return covered + (area - overlap(box, within));
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}
