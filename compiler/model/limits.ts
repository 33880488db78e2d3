/** The language's bounds. They are checked before anything is allocated, so that a hostile spec costs no more than its text. */
export const limits = {
  /** Of one file; more would be read by nobody. */
  diagnostics: 200,
  imports: 64,
  extends: 32,
  /** Of all sweeps of a file. */
  variants: 4096,
  stages: 16,
  blocks: 512,
  fieldInteger: 2 ** 24,
  /** Preprocessing holds two numbers for each. */
  channels: 2 ** 12,
  assertionNumber: 2 ** 53,
} as const;
