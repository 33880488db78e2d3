import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Folder {
  readonly path: string;
  readonly remove: () => void;
}

/** An empty folder for one test. */
export function temporaryFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'swinc-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
