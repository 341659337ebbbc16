import { windowName } from '../core/window.ts';
import type { Windows } from './operators/operator.ts';

/** Each window once; by end, then start. */
export function distinct(windows: Windows): Windows {
  const byName = new Map(windows.map((window) => [window ? windowName(window) : '', window]));
  return [...byName.values()].sort((a, b) =>
    a && b ? a.end - b.end || a.start - b.start : Number(a !== undefined) - Number(b !== undefined),
  );
}
