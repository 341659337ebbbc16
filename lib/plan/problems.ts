import { MillraceError } from '../core/errors.ts';

/** Collects the mistakes of a definition, so that all are reported at once. */
export class Problems {
  readonly #found: string[] = [];

  /** Every mistake so far, with its place. */
  get found(): readonly string[] {
    return this.#found;
  }

  /**
   * Notes a mistake.
   *
   * @param place where, e.g. `view "page_views"`
   * @param what what is wrong and how to mend it
   */
  add(place: string, what: string): void {
    const line = `${place}: ${what}`;
    if (!this.#found.includes(line)) this.#found.push(line);
  }

  /** Runs a check that throws, and notes what it says. Gives what it returns, `undefined` when it threw. */
  attempt<T>(place: string, check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      this.add(place, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  /**
   * Ends the collecting.
   *
   * @param whole what was checked, e.g. `application "shop"`
   * @throws MillraceError `definition`, one line per mistake, when there was any
   */
  throwIfAny(whole: string): void {
    const [first] = this.#found;
    if (first === undefined) return;
    throw new MillraceError(
      'definition',
      this.#found.length === 1
        ? `${whole}, ${first}`
        : `${whole} has ${this.#found.length} mistakes:\n${this.#found.map((line) => `- ${line}`).join('\n')}`,
    );
  }
}
