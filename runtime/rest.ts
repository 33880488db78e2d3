/**
 * How to wait for a software adapter. While anything is awaited, Dawn in Node asks in every turn of the event loop
 * whether it has ended: that keeps a core busy, which a software adapter needs for the work itself. Here the event loop
 * sleeps a little in each turn instead.
 */

import { adapterClass } from './select.ts';

/** A turn sleeps for this part of the time since the work began, so that its end is noticed late by as much at most. */
const share = 0.05;
/** Milliseconds before the first sleep: systems wake a thread some tenths of one late. */
const shortest = 3;
/** Milliseconds that timers and other events of the process may have to wait. */
const longest = 5;

/** Node's, which browsers lack: there a page asks nothing, and may not sleep. */
const { setImmediate } = globalThis as { readonly setImmediate?: (turn: () => void) => unknown };

/** When each work began that is awaited now. */
const began = new Set<{ readonly start: number }>();
let isTurning = false;
let cell: Int32Array | undefined;

/** Awaits work on the device; it is the caller's to await nothing else meanwhile that needs many turns. */
export function restDuring<Value>(device: GPUDevice, work: Promise<Value>): Promise<Value> {
  if (setImmediate === undefined || adapterClass(device.adapterInfo) !== 'software') return work;
  const entry = { start: performance.now() };
  began.add(entry);
  if (!isTurning) setImmediate(turn);
  isTurning = true;
  return work.finally(() => began.delete(entry));
}

function turn(): void {
  isTurning = began.size > 0;
  if (!isTurning) return;
  const youngest = Math.max(...[...began].map(({ start }) => start));
  const elapsed = performance.now() - youngest;
  cell ??= new Int32Array(new SharedArrayBuffer(4));
  if (elapsed > shortest) Atomics.wait(cell, 0, 0, Math.min(elapsed * share, longest));
  setImmediate?.(turn);
}
