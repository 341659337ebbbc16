import type { MillraceClient, Page, Paged, ViewInfo, WindowInfo } from '../client/client.ts';
import { formatInstant, type Instant } from '../core/instant.ts';
import { recentWindows } from './recent-windows.ts';
import { UsageError } from './usage-error.ts';

/** A row of any view. */
export type TailedRow = Readonly<Record<string, unknown>>;

/** Which rows of a view are shown. */
export interface TailOptions {
  /** windows that start at or after this time; default: open windows */
  readonly from: Instant | undefined;
  /** whether only final rows are shown */
  readonly final: boolean;
  readonly signal: AbortSignal;
}

/** Reads once, and returns what is new since the last read: changed rows of open windows, and final rows. */
export type Look = (print: (rows: readonly TailedRow[]) => Promise<void>) => Promise<void>;

const PAGE = 1000;

/**
 * Follows a view's rows.
 *
 * A new window can still appear before one that has been read. But no window becomes final before a final window that ended
 * longer ago than any window is long. So the next read starts there, and little has to be remembered.
 *
 * @throws UsageError if only final rows were requested and the view never has any; and what the client throws
 */
export async function followView(client: MillraceClient, view: string, options: TailOptions): Promise<Look> {
  const known = (await client.views({ signal: options.signal })).find(({ name }) => name === view);
  if (!known) {
    // The answer suggests the nearest name.
    await client.windows(view, { pageSize: 1, signal: options.signal }).page();
    throw new UsageError(`there is no view "${view}"`);
  }
  const shown = new ShownRows(known, options.final);
  if (!known.columns.some(({ name }) => name === 'window_start')) {
    if (options.final) throw new UsageError(`view "${view}" has no windows, so its rows never become final: leave --final out`);
    return followAllTime(client, view, shown, options);
  }
  let from = options.from === undefined ? undefined : formatInstant(options.from);
  let first = true;
  return async (print) => {
    const windows =
      first && from === undefined ? await recentWindows(client, known, options.signal) : await windowsFrom(client, view, from, options);
    if (first && options.from === undefined) shown.skip(windows.filter(({ final }) => final));
    first = false;
    for (const window of windows) {
      if (!shown.wants(window)) continue;
      const rows = client.window(view, `${window.start}/${window.end}`, { pageSize: PAGE, signal: options.signal });
      await printFresh(rows, window, shown, print);
      shown.done(window);
    }
    from = shown.forget(windows) ?? from;
  };
}

/** The rows of a view without windows never become final. */
function followAllTime(client: MillraceClient, view: string, shown: ShownRows, { signal }: TailOptions): Look {
  const window = { start: '', end: '', final: false, keys: 0 };
  return (print) => printFresh(client.window(view, 'latest', { pageSize: PAGE, signal }), window, shown, print);
}

/** Prints the new rows of a window page by page, because it may have a million keys. */
async function printFresh(
  rows: Pick<Paged<object, Page<object>>, 'page'>,
  window: WindowInfo,
  shown: ShownRows,
  print: Parameters<Look>[0],
): Promise<void> {
  for (let cursor: string | undefined; ; ) {
    const page = await rows.page(cursor);
    await print(shown.fresh(window, page.rows as readonly TailedRow[]));
    cursor = page.next;
    if (cursor === undefined) return;
  }
}

async function windowsFrom(client: MillraceClient, view: string, from: string | undefined, { signal }: TailOptions): Promise<WindowInfo[]> {
  return client.windows(view, { ...(from === undefined ? {} : { from }), pageSize: PAGE, signal }).toArray();
}

/** Remembers the rows shown for windows that may still change. */
class ShownRows {
  readonly #identify: (row: TailedRow) => string;
  readonly #finalOnly: boolean;
  /** by window: the last text of each row by its key; `'done'` if all rows are final and shown */
  readonly #windows = new Map<string, Map<string, string> | 'done'>();

  constructor(view: ViewInfo, finalOnly: boolean) {
    // Rows of a view over views may have no key except all their values.
    const all = 'views' in view && view.key.length === 0;
    this.#identify = (row) => JSON.stringify(all ? row : view.key.map(({ name }) => row[name]));
    this.#finalOnly = finalOnly;
  }

  wants(window: WindowInfo): boolean {
    return this.#windows.get(nameOf(window)) !== 'done' && (window.final || !this.#finalOnly);
  }

  skip(windows: readonly WindowInfo[]): void {
    for (const window of windows) this.#windows.set(nameOf(window), 'done');
  }

  /** The rows of a window that differ from what was shown. */
  fresh(window: WindowInfo, rows: readonly TailedRow[]): TailedRow[] {
    const name = nameOf(window);
    const known = this.#windows.get(name);
    const shown = known === undefined || known === 'done' ? new Map<string, string>() : known;
    this.#windows.set(name, shown);
    return rows.filter((row) => {
      // It may have become final between the two requests.
      if (this.#finalOnly && row.final !== true) return false;
      const [identity, text] = [this.#identify(row), JSON.stringify(row)];
      if (shown.get(identity) === text) return false;
      shown.set(identity, text);
      return true;
    });
  }

  done(window: WindowInfo): void {
    if (window.final) this.#windows.set(nameOf(window), 'done');
  }

  /**
   * Forgets windows that can no longer change.
   *
   * @returns where the next read starts; `undefined` if unchanged
   */
  forget(windows: readonly WindowInfo[]): string | undefined {
    const newest = windows.findLast(({ final }) => final);
    if (!newest) return undefined;
    const longest = Math.max(...windows.map(({ start, end }) => Date.parse(end) - Date.parse(start)));
    const open = windows.filter(({ final }) => !final).map(({ start }) => Date.parse(start));
    const from = new Date(Math.min(Date.parse(newest.start) - longest, ...open)).toISOString();
    for (const name of this.#windows.keys()) if (name < from) this.#windows.delete(name);
    return from;
  }
}

/** Sorts by start, as instants in ISO 8601 do. */
function nameOf({ start, end }: WindowInfo): string {
  return `${start}/${end}`;
}
