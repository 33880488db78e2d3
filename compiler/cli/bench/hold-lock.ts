/** One of several programs at a time: they prepare side by side, and measure one after another. */
import { open, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMilliseconds = 50;

/** Runs `work` while this process holds the file, which exists as long as anybody does; without a path at once. */
export async function holdLock<Value>(path: string | undefined, work: () => Promise<Value>): Promise<Value> {
  if (path === undefined) return work();
  while (!(await tryCreate(path))) await sleep(pollMilliseconds);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryCreate(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
