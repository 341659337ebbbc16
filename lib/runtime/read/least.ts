/** How many more than wanted are held before those in excess are let go. */
const SLACK = 1000;

/** The least of many values: holds no more than so many of them, and a few. */
export class Least<T> {
  readonly #compare: (a: T, b: T) => number;
  readonly #limit: number;
  #held: T[] = [];
  /** the last of the least so far; what comes behind it cannot be among them */
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

  /** Those there were, in order. */
  sorted(): T[] {
    this.#shrink();
    return this.#held;
  }

  #shrink(): void {
    this.#held = this.#held.sort(this.#compare).slice(0, this.#limit);
    if (this.#held.length === this.#limit) this.#last = this.#held.at(-1);
  }
}
