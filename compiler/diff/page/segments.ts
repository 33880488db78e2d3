/** How one dimension of a grid is cut into windows, seen from where its tokens are and not from where a shift rolls them. */
import type { StageLayout } from '../difference.ts';

/** Neighbouring tokens of one window that no mask keeps apart along this dimension. */
export interface Segment {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Which window it belongs to, counted as rolled. */
  readonly window: number;
  /** Whether a mask keeps it apart from other tokens of its window, which are at the opposite edge. */
  readonly isPart: boolean;
}

export interface Axis {
  /** Tokens, before any padding. */
  readonly length: number;
  readonly window: number;
  readonly shift: number;
  readonly pad: StageLayout['pad'];
}

/** With what pads it to a multiple of the window. */
export const paddedLength = ({ length, window }: Pick<Axis, 'length' | 'window'>): number =>
  Math.ceil(length / window) * window;

interface Position {
  readonly window: number;
  /** Of a mask's three stretches: what no shift touches, and the last window before and after the seam. */
  readonly stretch: number;
}

const positionOf = (token: number, { length, window, shift, pad }: Axis): Position => {
  const padded = paddedLength({ length, window });
  // Padding that comes after the shift stays behind all tokens.
  const rolling = pad === 'after-shift' ? length : padded;
  const rolled = token < rolling ? (token - shift + rolling) % rolling : token;
  const isLast = shift > 0 && rolled >= padded - window;
  return { window: Math.floor(rolled / window), stretch: isLast ? (rolled < padded - shift ? 1 : 2) : 0 };
};

/** Of a padded dimension, from its first token to its last. */
export const segmentsOf = (axis: Axis): readonly Segment[] => {
  const positions = Array.from({ length: paddedLength(axis) }, (_, token) => positionOf(token, axis));
  const stretches = new Map<number, Set<number>>();
  for (const { window, stretch } of positions.slice(0, axis.length)) {
    stretches.set(window, (stretches.get(window) ?? new Set()).add(stretch));
  }
  const segments: Segment[] = [];
  for (const [token, { window, stretch }] of positions.entries()) {
    const before = positions[token - 1];
    const last = segments.at(-1);
    if (last !== undefined && before?.window === window && before.stretch === stretch) {
      segments[segments.length - 1] = { ...last, end: token + 1 };
    } else {
      segments.push({ start: token, end: token + 1, window, isPart: (stretches.get(window)?.size ?? 0) > 1 });
    }
  }
  return segments;
};
