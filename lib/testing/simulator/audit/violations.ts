/** The violations of a run: the first one of each kind. */
export class Violations {
  readonly found = new Map<string, string>();
  readonly #say: (who: string, what: string) => void;

  constructor(say: (who: string, what: string) => void) {
    this.#say = say;
  }

  add(kind: string, text: string): void {
    if (!this.found.has(kind)) this.found.set(kind, text);
    this.#say('!!', `${kind}: ${text}`);
  }
}
