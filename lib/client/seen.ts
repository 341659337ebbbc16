/** More are remembered only if more answers to simultaneous requests came in than this. */
const MOST = 16;

/**
 * Remembers how far answers had seen each view, so that later requests see no less. An answer takes the place of what its
 * request had said; answers to simultaneous requests stand side by side.
 */
export class Seen {
  readonly #tokens = new Map<string, readonly string[]>();

  /** What to say in a request about a view. */
  of(view: string): string | undefined {
    return this.#tokens.get(view)?.join(',');
  }

  /** What to say in a request about any views. */
  get all(): Readonly<Record<string, string>> {
    return Object.fromEntries(Array.from(this.#tokens, ([view, tokens]) => [view, tokens.join(',')]));
  }

  /** Forgets a view. */
  forget(view: string): void {
    this.#tokens.delete(view);
  }

  /** Takes note of an answer to a request that said `said`. */
  note(view: string, said: string | undefined, asOf: string): void {
    const covered = new Set(said?.split(','));
    const others = (this.#tokens.get(view) ?? []).filter((token) => !covered.has(token) && token !== asOf);
    this.#tokens.set(view, [...others, asOf].slice(-MOST));
  }
}
