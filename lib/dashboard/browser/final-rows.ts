import type { WindowInfo } from '../../client/client.ts';
import type { Row } from './series.ts';

interface Kept {
  /** windows from here on are known */
  readonly from: string;
  /** up to here, not included */
  readonly next: string;
  readonly rows: readonly Row[];
}

/** Maximum number of keys with kept rows: the top keys change, and a page may stay open for days. */
const MOST_KEYS = 100;

/** A cache of rows of final windows, by view and key: they never change, and reading them costs read units. */
export class FinalRows {
  readonly #kept = new Map<string, Kept>();

  /**
   * The cached rows of a key.
   *
   * @param from start of the first window that is wanted
   * @returns rows from there on, and from where the others must be read
   */
  of(view: string, key: readonly unknown[], from: string): { readonly rows: readonly Row[]; readonly next: string } {
    const kept = this.#kept.get(nameOf(view, key));
    if (!kept || kept.from > from || kept.next < from) return { rows: [], next: from };
    return { rows: kept.rows.filter((row) => row.window_start >= from), next: kept.next };
  }

  /**
   * Caches rows that can no longer change.
   *
   * @param rows all rows of the key in windows that start at `from` or later
   * @param windows the windows there are, newest first
   */
  keep(view: string, key: readonly unknown[], from: string, rows: readonly Row[], windows: readonly WindowInfo[]): void {
    const firstOpen = windows.findLast(({ final }) => !final)?.start ?? windows[0]?.start ?? from;
    // The rows of later pages are unknown.
    const next = rows.some((row) => row.window_start < firstOpen && !row.final) ? from : firstOpen;
    const name = nameOf(view, key);
    // Moved to the end: the least recently used key is removed first.
    this.#kept.delete(name);
    this.#kept.set(name, { from, next, rows: rows.filter((row) => row.window_start < next) });
    if (this.#kept.size > MOST_KEYS) this.#kept.delete(this.#kept.keys().next().value as string);
  }
}

function nameOf(view: string, key: readonly unknown[]): string {
  return JSON.stringify([view, ...key]);
}
