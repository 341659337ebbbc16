import type { Item } from '../items/item.ts';

/** Items of one partition in the order of a sort key. */
export class SortedItems {
  readonly #keys: string[] = [];
  readonly #items: Item[] = [];

  get size(): number {
    return this.#keys.length;
  }

  get(key: string): Item | undefined {
    const at = this.#place(key);
    return this.#keys[at] === key ? this.#items[at] : undefined;
  }

  set(key: string, item: Item): void {
    const at = this.#place(key);
    const there = this.#keys[at] === key ? 1 : 0;
    this.#keys.splice(at, there, key);
    this.#items.splice(at, there, item);
  }

  delete(key: string): void {
    const at = this.#place(key);
    if (this.#keys[at] !== key) return;
    this.#keys.splice(at, 1);
    this.#items.splice(at, 1);
  }

  /** Items with keys from `from` to `to`, both inclusive, in order. */
  range(from: string | undefined, to: string | undefined): Item[] {
    const start = from === undefined ? 0 : this.#place(from);
    let end = to === undefined ? this.#keys.length : this.#place(to);
    if (to !== undefined && this.#keys[end] === to) end++;
    return this.#items.slice(start, end);
  }

  all(): readonly Item[] {
    return this.#items;
  }

  /** The first place whose key is not less. */
  #place(key: string): number {
    let [low, high] = [0, this.#keys.length];
    // Logs grow at the end.
    if (high > 0 && (this.#keys[high - 1] as string) < key) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
