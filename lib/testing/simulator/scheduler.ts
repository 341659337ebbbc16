import type { Dice } from './dice.ts';

interface Planned {
  readonly at: number;
  /** between things planned for one instant, chance decides */
  readonly order: number;
  readonly run: () => void;
}

/**
 * Virtual time: a queue of scheduled actions. Between two of them, the code under test does everything it can without waiting for
 * the environment, so a run depends only on its seed.
 */
export class Scheduler {
  now: number;
  readonly #dice: Dice;
  /** a binary heap, the next thing first */
  readonly #heap: Planned[] = [];
  #woken = false;

  constructor(start: number, dice: Dice) {
    this.now = start;
    this.#dice = dice;
  }

  /** Schedules an action; one in the past is next. */
  at(instant: number, run: () => void): void {
    const heap = this.#heap;
    const planned = { at: Math.max(this.now, Math.ceil(instant)), order: this.#dice.uniform(), run };
    let place = heap.length;
    heap.push(planned);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!before(planned, heap[parent] as Planned)) break;
      heap[place] = heap[parent] as Planned;
      place = parent;
    }
    heap[place] = planned;
  }

  after(ms: number, run: () => void): void {
    this.at(this.now + ms, run);
  }

  /** A whole number of milliseconds, `from` to `to`. */
  between(from: number, to: number): number {
    return from + this.#dice.integer(to - from + 1);
  }

  /** Records that code under test has run, which may have continuations. */
  wake(): void {
    this.#woken = true;
  }

  /** Makes the next thing happen, and lets the code run until it waits. @returns false when there is none */
  async step(): Promise<boolean> {
    const next = this.#pop();
    if (!next) return false;
    this.now = next.at;
    this.#woken = false;
    next.run();
    // All promises that can settle have when the next task begins.
    if (this.#woken) await new Promise((resolve) => setImmediate(resolve));
    return true;
  }

  #pop(): Planned | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Planned, heap[child] as Planned)) child++;
      if (!before(heap[child] as Planned, last)) break;
      heap[place] = heap[child] as Planned;
      place = child;
    }
    heap[place] = last;
    return first;
  }
}

function before(a: Planned, b: Planned): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
