import type { Counted } from './aggregates.ts';
import type { KeyWindowSpec, WindowSpec } from './spec.ts';
import type { OracleWindow } from './windows.ts';

/** An event of a key and the interval it covers in the key's windows, both ends inclusive. */
export interface Part {
  readonly counted: Counted;
  /** by which it falls into windows */
  readonly time: number;
  readonly low: number;
  readonly high: number;
}

/** Whether a spec is of such windows. */
export function ofKeys(spec: WindowSpec): spec is KeyWindowSpec {
  return spec.kind === 'session' || spec.kind === 'stagger';
}

/**
 * The interval that an event covers, or `undefined` if it is late.
 *
 * @param floor the task's watermark, the event included, less the lateness
 * @param own the parts of the same task and key before it
 */
export function reachOf(spec: KeyWindowSpec, time: number, floor: number, own: readonly Part[]): { low: number; high: number } | undefined {
  if (spec.kind === 'stagger') return time < floor ? undefined : { low: time, high: time };
  if (time + spec.gap >= floor) return { low: Math.max(time, floor), high: time + spec.gap };
  const holdsOpen = runs(own).some((run) => earliest(run) <= time + spec.gap && most(run) >= floor);
  return holdsOpen ? { low: floor, high: floor } : undefined;
}

/** A key's windows, from the parts of all tasks. */
export function windowsOfKey(
  spec: KeyWindowSpec,
  parts: readonly Part[],
): { readonly window: OracleWindow; readonly parts: readonly Part[] }[] {
  if (spec.kind === 'session') return runs(parts).map((run) => ({ window: { start: earliest(run), end: most(run) }, parts: run }));
  const windows: { window: OracleWindow; parts: Part[] }[] = [];
  for (const part of [...parts].sort((a, b) => a.time - b.time)) {
    const last = windows.at(-1);
    if (last && part.time < last.window.end) last.parts.push(part);
    else windows.push({ window: { start: part.time, end: part.time + spec.size }, parts: [part] });
  }
  return windows;
}

/** Parts that touch one another, directly or over others. */
function runs(parts: readonly Part[]): Part[][] {
  const found: Part[][] = [];
  for (const part of [...parts].sort((a, b) => a.low - b.low)) {
    const last = found.at(-1);
    if (last && part.low <= most(last)) last.push(part);
    else found.push([part]);
  }
  return found;
}

function earliest(run: readonly Part[]): number {
  return Math.min(...run.map(({ time }) => time));
}

function most(run: readonly Part[]): number {
  return Math.max(...run.map(({ high }) => high));
}
