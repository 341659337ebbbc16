/** A clock that moves only when everything waits, so that what takes a modelled second is reckoned in milliseconds. */
export class VirtualTime {
  now: number;
  readonly #waiting = new Map<number, (() => void)[]>();

  /** @param start instant in milliseconds */
  constructor(start: number) {
    this.now = start;
  }

  /** Waits some milliseconds of virtual time. */
  wait(ms: number): Promise<void> {
    const at = this.now + ms;
    return new Promise((resolve) => {
      const others = this.#waiting.get(at);
      if (others) others.push(resolve);
      else this.#waiting.set(at, [resolve]);
    });
  }

  /** Lets time go on until the work has ended. */
  async run<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const end = (): void => {
      over = true;
    };
    work.then(end, end);
    for (;;) {
      // All promises that can settle have when the next task begins.
      await new Promise((resolve) => setImmediate(resolve));
      if (over) return work;
      if (this.#waiting.size === 0) continue;
      const next = Math.min(...this.#waiting.keys());
      this.now = next;
      const resolve = this.#waiting.get(next) ?? [];
      this.#waiting.delete(next);
      for (const goOn of resolve) goOn();
    }
  }
}
