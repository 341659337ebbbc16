// Which windows an instant is in, for each kind, written down as plainly as can be. Imports nothing that it is to judge.

import type { NaiveKeySpec } from './key-windows.ts';

/** `[start, end)`, in milliseconds. */
export interface NaiveWindow {
  readonly start: number;
  readonly end: number;
}

/** A window as a test draws it: what a kind is given, and every window it makes that holds an instant. */
export interface NaiveWindows {
  readonly spec: { readonly kind: string };
  readonly of: (time: number) => NaiveWindow[];
  /** where windows come from a key's own events, these and not `of` tell them */
  readonly own?: NaiveKeySpec;
}

/** Windows of a key's own. */
export function keyed(spec: NaiveKeySpec): NaiveWindows {
  return { spec, of: () => [], own: spec };
}

/** Windows of one size that open every so often: tries every start. */
export function sliding(kind: 'tumbling' | 'hopping', size: number, slide: number, offset: number): NaiveWindows {
  return {
    spec: { kind, size, slide, offset } as { kind: string },
    of: (time) => {
      const windows: NaiveWindow[] = [];
      for (let start = time - size + 1; start <= time; start++) {
        if ((((start - offset) % slide) + slide) % slide === 0) windows.push({ start, end: start + size });
      }
      return windows;
    },
  };
}

/** Windows that begin together and end a step apart: tries every end. */
export function growing(size: number, step: number, offset: number): NaiveWindows {
  return {
    spec: { kind: 'cumulate', size, slide: step, offset } as { kind: string },
    of: (time) => {
      let start = time;
      while ((((start - offset) % size) + size) % size !== 0) start--;
      const windows: NaiveWindow[] = [];
      for (let end = start + step; end <= start + size; end += step) if (end > time) windows.push({ start, end });
      return windows;
    },
  };
}

/** Days of Berlin around the night to 29 March 2026, in which its clocks go from 02:00 to 03:00: midnights in UTC, by hand. */
const BERLIN = ['2026-03-27T23:00Z', '2026-03-28T23:00Z', '2026-03-29T22:00Z', '2026-03-30T22:00Z'].map((text) => Date.parse(text));
/** Where instants may be for {@link berlinDays}. */
export const BERLIN_FROM = BERLIN[0] as number;
export const BERLIN_TO = BERLIN.at(-1) as number;

/** Days of Europe/Berlin, of 24, 23 and 24 hours. */
export const berlinDays: NaiveWindows = {
  spec: { kind: 'calendar', unit: 'day', timeZone: 'Europe/Berlin' } as { kind: string },
  of: (time) => {
    const at = BERLIN.findLastIndex((midnight) => midnight <= time);
    return [{ start: BERLIN[at] as number, end: BERLIN[at + 1] as number }];
  },
};

/** One window of all time. */
export const allTime: NaiveWindows = {
  spec: { kind: 'global' },
  of: () => [{ start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }],
};
