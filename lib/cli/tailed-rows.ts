import type { MillraceClient, Page, Paged, ViewInfo, WindowInfo } from '../client/client.ts';
import { formatInstant, type Instant } from '../core/instant.ts';
import { recentWindows } from './recent-windows.ts';
import { UsageError } from './usage-error.ts';

/** A row of any view. */
export type TailedRow = Readonly<Record<string, unknown>>;

/** What is shown of a view. */
export interface TailOptions {
  /** windows that start from this time on; default: those that are open */
  readonly from: Instant | undefined;
  /** whether only final rows are shown */
  readonly final: boolean;
  readonly signal: AbortSignal;
}

/** Looks once, and hands over what is new since the look before: rows of open windows as they change, and those that are final. */
export type Look = (print: (rows: readonly TailedRow[]) => Promise<void>) => Promise<void>;

const PAGE = 1000;

/**
 * Follows a view's rows.
 *
 * A window that has not been seen can still come before one that has, but none that is final before a final one that is longer
 * over than any window is long. So looking goes on from there, and what is remembered stays small.
 *
 * @throws UsageError when nothing of the view is ever final and only that was wanted; what the client throws
 */
export async function followView(client: MillraceClient, view: string, options: TailOptions): Promise<Look> {
  const known = (await client.views({ signal: options.signal })).find(({ name }) => name === view);
  if (!known) {
    // The answer has the nearest name.
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

/** A view without windows has rows that change for ever. */
function followAllTime(client: MillraceClient, view: string, shown: ShownRows, { signal }: TailOptions): Look {
  const window = { start: '', end: '', final: false, keys: 0 };
  return (print) => printFresh(client.window(view, 'latest', { pageSize: PAGE, signal }), window, shown, print);
}

/** Prints what is new of a window page by page: it may have a million keys. */
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

/** Remembers what was shown of windows that may still change. */
class ShownRows {
  readonly #identify: (row: TailedRow) => string;
  readonly #finalOnly: boolean;
  /** by window: how each row looked, by what tells it from others; `'done'`: all are final and shown */
  readonly #windows = new Map<string, Map<string, string> | 'done'>();

  constructor(view: ViewInfo, finalOnly: boolean) {
    // Rows of a view over views may have nothing that tells them apart but all they hold.
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

  /** Those of a window's rows that do not look as they were shown. */
  fresh(window: WindowInfo, rows: readonly TailedRow[]): TailedRow[] {
    const name = nameOf(window);
    const known = this.#windows.get(name);
    const shown = known === undefined || known === 'done' ? new Map<string, string>() : known;
    this.#windows.set(name, shown);
    return rows.filter((row) => {
      // It may have become final between the two questions.
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
   * Forgets windows that lie behind what can still change.
   *
   * @returns where to look from next; `undefined`: as before
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
