import type { WindowInfo } from '../../client/client.ts';
import type { Row } from './series.ts';

interface Kept {
  /** windows from here on are known */
  readonly from: string;
  /** up to here, not included */
  readonly next: string;
  readonly rows: readonly Row[];
}

/** Rows of final windows, by view and key: they never change, and reading them costs. */
export class FinalRows {
  readonly #kept = new Map<string, Kept>();

  /**
   * What is known of a key.
   *
   * @param from start of the first window that is wanted
   * @returns rows from there on, and from where the others have to be asked for
   */
  of(view: string, key: readonly unknown[], from: string): { readonly rows: readonly Row[]; readonly next: string } {
    const kept = this.#kept.get(nameOf(view, key));
    if (!kept || kept.from > from || kept.next < from) return { rows: [], next: from };
    return { rows: kept.rows.filter((row) => row.window_start >= from), next: kept.next };
  }

  /**
   * Keeps what will not change any more.
   *
   * @param rows all rows of the key in windows that start at `from` or later
   * @param windows the windows there are, newest first
   */
  keep(view: string, key: readonly unknown[], from: string, rows: readonly Row[], windows: readonly WindowInfo[]): void {
    const firstOpen = windows.findLast(({ final }) => !final)?.start ?? windows[0]?.start ?? from;
    // What a later page would have held is not known.
    const next = rows.some((row) => row.window_start < firstOpen && !row.final) ? from : firstOpen;
    this.#kept.set(nameOf(view, key), { from, next, rows: rows.filter((row) => row.window_start < next) });
  }
}

function nameOf(view: string, key: readonly unknown[]): string {
  return JSON.stringify([view, ...key]);
}
