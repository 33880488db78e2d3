/** What a test file's process said and how it ended, as counts. */

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** Why the file counts as failed although none of its assertions did, or null. */
  readonly reason: string | null;
}

export interface Ending {
  readonly output: string;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
}

const summaryPattern = /^ {2}Total: +(\d+)\s+Passed: +(\d+)\s+Skipped: +(\d+)/gm;

/** A file counts as one failure more where it crashed, hung, or said nothing; so does each test that it skipped. */
export function judge(ending: Ending): Outcome {
  const summaries = [...ending.output.matchAll(summaryPattern)];
  const sum = (group: number) => summaries.reduce((total, match) => total + Number(match[group]), 0);
  const [total, passed, skipped] = [sum(1), sum(2), sum(3)];
  const failed = total - passed + skipped;
  const reason = failed > 0 ? null : whyBroken(ending, total);
  if (failed > 0 && skipped > 0) return { passed, failed, reason: `skipped ${skipped}: a test runs or is deleted` };
  return { passed, failed: reason === null ? failed : 1, reason };
}

function whyBroken({ exitCode, signal, timedOut }: Ending, total: number): string | null {
  if (timedOut) return 'did not end in time';
  if (signal !== null) return `was ended by ${signal}`;
  if (exitCode !== 0) return `ended with exit code ${exitCode}`;
  return total === 0 ? 'ran no test: is `test.run()` missing?' : null;
}

const longestExcerpt = 20_000;

/** A failed comparison of two models' weights would fill the screen for minutes. */
export function excerpt(output: string): string {
  if (output.length <= longestExcerpt) return output;
  const half = longestExcerpt / 2;
  return `${output.slice(0, half)}\n… ${output.length - longestExcerpt} characters …\n${output.slice(-half)}`;
}
