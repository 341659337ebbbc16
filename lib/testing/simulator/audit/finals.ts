import type { Violations } from './violations.ts';

/** The final rows that any client saw, which must never change. */
export class Finals {
  readonly #violations: Violations;
  /** what each holds, by view and row */
  readonly #views = new Map<string, Map<string, string>>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  /** Notes a final row. */
  see(who: string, view: string, row: string, values: unknown): void {
    const seen = this.#views.get(view) ?? new Map<string, string>();
    this.#views.set(view, seen);
    const text = JSON.stringify(values);
    const before = seen.get(row);
    if (before !== undefined && before !== text) this.#violations.add('final changed', `${who}, ${view}: ${row}: ${before}, then ${text}`);
    seen.set(row, text);
  }

  /** Checks, at the end, that those seen are there. */
  checkThere(view: string, rows: ReadonlySet<string>): void {
    for (const row of this.#views.get(view)?.keys() ?? []) if (!rows.has(row)) this.#violations.add('final gone', `${view}: ${row}`);
  }
}
