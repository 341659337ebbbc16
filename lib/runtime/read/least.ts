/** How many excess values are held before they are discarded. */
const SLACK = 1000;

/** Finds the least of many values: holds at most the limit and a few more. */
export class Least<T> {
  readonly #compare: (a: T, b: T) => number;
  readonly #limit: number;
  #held: T[] = [];
  /** the greatest of the least values so far; greater values are discarded */
  #last: T | undefined;

  /** @param limit how many */
  constructor(compare: (a: T, b: T) => number, limit: number) {
    this.#compare = compare;
    this.#limit = limit;
  }

  add(value: T): void {
    if (this.#last !== undefined && this.#compare(value, this.#last) >= 0) return;
    this.#held.push(value);
    if (this.#held.length >= this.#limit + SLACK) this.#shrink();
  }

  /** The least values, in order. */
  sorted(): T[] {
    this.#shrink();
    return this.#held;
  }

  #shrink(): void {
    this.#held = this.#held.sort(this.#compare).slice(0, this.#limit);
    if (this.#held.length === this.#limit) this.#last = this.#held.at(-1);
  }
}
