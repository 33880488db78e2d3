/** Data goes to stdout, everything else to stderr. */
import picocolors from 'picocolors';

export type Colours = ReturnType<typeof picocolors.createColors>;

/** A terminal has colours; https://no-color.org switches them off. */
export function isColoured(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
}

export function coloursFor(stream: NodeJS.WriteStream): Colours {
  return picocolors.createColors(isColoured(stream));
}

/** For a file, whatever the terminal can do. */
export const plainColours: Colours = picocolors.createColors(false);

/** Resolves when the text has been handed over, so that nothing is lost when the process ends. */
export function writeData(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text.endsWith('\n') ? text : `${text}\n`, () => resolve()));
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

export interface Progress {
  /** Replaces what was shown before. */
  readonly show: (text: string) => void;
  readonly clear: () => void;
}

const eraseLine = '\r\x1b[K';

/** A line that changes, on a terminal; elsewhere nothing, for a log has no use for it. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (stream.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  return {
    show: (text) => void stream.write(`${eraseLine}${text.slice(0, Math.max(stream.columns - 1, 20))}`),
    clear: () => void stream.write(eraseLine),
  };
}
