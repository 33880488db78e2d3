/** The timeline of a run as Trace Event JSON, for chrome://tracing and Perfetto. */
import type { ProfiledVariant } from './measure.ts';

/** Each variant is a process; a run of it is one row of complete events, in microseconds. */
export function toTrace(variants: readonly ProfiledVariant[]): string {
  const traceEvents = variants.flatMap(({ name, steps, timeline }, index) => {
    const [pid, tid] = [index + 1, 1];
    const named = { name: 'process_name', ph: 'M', pid, tid, args: { name } };
    const events = steps.map(({ op, kind, stage, block, kernel, macs }, step) => {
      const { start, end } = timeline[step] ?? { start: 0, end: 0 };
      const args = { dispatch: step, stage, block, kernel, macs };
      return { name: op, cat: kind, ph: 'X', ts: 1000 * start, dur: 1000 * (end - start), pid, tid, args };
    });
    return [named, ...events];
  });
  return JSON.stringify({ displayTimeUnit: 'ms', traceEvents });
}
