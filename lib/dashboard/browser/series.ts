/** A row as the API sends it. */
export type Row = Readonly<Record<string, unknown>> & {
  readonly window_start: string;
  readonly window_end: string;
  readonly final: boolean;
};

/** One key over the windows. */
export interface KeyRows {
  readonly key: readonly unknown[];
  readonly rows: readonly Row[];
}

/** What a chart draws: for each window a time, for each key a value or a gap. */
export interface Series {
  /** where each window is drawn, seconds since 1970, ascending: its start, or its end where several begin together */
  readonly times: readonly number[];
  /** by key: values by window; `null` where the key has no row */
  readonly values: readonly (readonly (number | null)[])[];
  /** the first window that is not final; as many as there are windows when all are */
  readonly open: number;
  /** the end of the newest window, seconds since 1970 */
  readonly end: number;
}

/** Nothing to draw. */
export const NO_SERIES: Series = { times: [], values: [], open: 0, end: 0 };

/**
 * Lines up keys' rows by window.
 *
 * @param windows the windows there are, in any order: those without a row of a key are gaps in its line
 */
export function seriesOf(
  windows: readonly { readonly start: string; readonly end: string; readonly final: boolean }[],
  keys: readonly KeyRows[],
  column: string,
): Series {
  // Windows with the same start are distinguished by their ends.
  const byEnd = new Set(windows.map(({ start }) => start)).size < windows.length;
  const secondsOf = (row: Row): number => Date.parse(byEnd ? row.window_end : row.window_start) / 1000;
  const all = new Map(windows.map(({ start, end, final }) => [Date.parse(byEnd ? end : start) / 1000, final]));
  // A window may have opened between the two requests.
  for (const { rows } of keys) for (const row of rows) if (!all.has(secondsOf(row))) all.set(secondsOf(row), row.final);
  const times = [...all.keys()].sort((a, b) => a - b);
  const values = keys.map(({ rows }) => {
    const byTime = new Map(rows.map((row) => [secondsOf(row), row[column]]));
    return times.map((time) => numberOf(byTime.get(time)));
  });
  const open = times.findIndex((time) => !all.get(time));
  const ends = [...windows.map((window) => window.end), ...keys.flatMap(({ rows }) => rows.map((row) => row.window_end))];
  return { times, values, open: open < 0 ? times.length : open, end: Math.max(0, ...ends.map((end) => Date.parse(end) / 1000)) };
}

/**
 * Splits a key's line where its windows are no longer final. Both parts contain the last final value, so that they connect.
 *
 * @param open see {@link Series.open}
 */
export function splitAtOpen(values: readonly (number | null)[], open: number): { final: (number | null)[]; open: (number | null)[] } {
  return {
    final: values.map((value, i) => (i < open ? value : null)),
    open: values.map((value, i) => (i >= open - 1 ? value : null)),
  };
}

/** From the first window's time to the end of the last, seconds since 1970: a window is drawn at its start and lasts to its end. */
export function spanOf({ times, end }: Series): [number, number] {
  const first = times[0] ?? 0;
  return [first, Math.max(times.at(-1) ?? 0, end, first + 1)];
}

/** Whole numbers beyond 2^53 come as text. */
function numberOf(value: unknown): number | null {
  if (value === null || value === undefined || typeof value === 'boolean') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
