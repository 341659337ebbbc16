import { MillraceError } from '../core/errors.ts';

/** An error and its place. */
interface Mistake {
  /** e.g. `view "page_views"` */
  readonly place: string;
  /** what is wrong and how to fix it */
  readonly what: string;
}

/** Collects the errors of a definition, so that all are reported at once. */
export class Problems {
  readonly #found: Mistake[] = [];

  /** All errors so far. */
  get found(): readonly Mistake[] {
    return this.#found;
  }

  /**
   * Adds an error.
   *
   * @param place where, e.g. `view "page_views"`
   * @param what what is wrong and how to fix it
   */
  add(place: string, what: string): void {
    if (!this.#found.some((known) => known.place === place && known.what === what)) this.#found.push({ place, what });
  }

  /** Runs a check and adds the error it throws. Returns the check's result, `undefined` if it threw. */
  attempt<T>(place: string, check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      this.add(place, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  /**
   * Reports the collected errors.
   *
   * @param whole what was checked, e.g. `application "shop"`
   * @throws MillraceError `definition`, one line per error, if there are any
   */
  throwIfAny(whole: string): void {
    const lines = this.#found.map(({ place, what }) => `${place}: ${what}`);
    if (lines.length === 0) return;
    throw new MillraceError(
      'definition',
      lines.length === 1
        ? `${whole}, ${lines[0]}`
        : `${whole} has ${lines.length} mistakes:\n${lines.map((line) => `- ${line}`).join('\n')}`,
    );
  }
}
