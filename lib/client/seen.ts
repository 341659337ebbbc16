/** The usual maximum of remembered tokens; answers to concurrent requests can exceed it. */
const MOST = 16;

/**
 * Remembers the `as_of` tokens of each view, so that later requests read no older state. The token of an answer replaces those that its
 * request sent; tokens of concurrent requests are kept side by side.
 */
export class Seen {
  readonly #tokens = new Map<string, readonly string[]>();

  /** The tokens for a request on a view. */
  of(view: string): string | undefined {
    return this.#tokens.get(view)?.join(',');
  }

  /** The tokens for a request on any views. */
  get all(): Readonly<Record<string, string>> {
    return Object.fromEntries(Array.from(this.#tokens, ([view, tokens]) => [view, tokens.join(',')]));
  }

  /** Forgets a view. */
  forget(view: string): void {
    this.#tokens.delete(view);
  }

  /** Remembers the answer to a request that sent `said`. */
  note(view: string, said: string | undefined, asOf: string): void {
    const covered = new Set(said?.split(','));
    const others = (this.#tokens.get(view) ?? []).filter((token) => !covered.has(token) && token !== asOf);
    this.#tokens.set(view, [...others, asOf].slice(-MOST));
  }
}
