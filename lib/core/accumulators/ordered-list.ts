import type { Position } from '../accumulator.ts';
import type { ByteReader, ByteWriter } from '../bytes.ts';
import { formatJson } from '../json.ts';
import { comparePositions, readPosition, writePosition } from './position.ts';
import { compareValues, readValue, writeValue } from './scalar-codec.ts';

/** How many items a list has at most. */
export const MOST_ITEMS = 1000;
/** How many characters (UTF-16 code units) its items have together at most; a number counts as eight. */
export const MOST_CHARACTERS = 65_536;

/** How items are put in order by one of the values that come with them. */
export interface ItemOrder {
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** An item's place in the order. */
interface Place {
  readonly order: readonly unknown[];
  readonly position: Position;
}

interface Item extends Place {
  readonly value: unknown;
  readonly size: number;
}

/** Compares by given values first, then by event time, shard and place in it: no two items are equal. */
export type ComparePlaces = (a: Place, b: Place) => number;

/** @returns how items of such an order are compared */
export function placeOrder(orders: readonly ItemOrder[]): ComparePlaces {
  return (a, b) => {
    for (let i = 0; i < orders.length; i++) {
      const order = compareInOrder(a.order[i], b.order[i], orders[i] as ItemOrder);
      if (order !== 0) return order;
    }
    return comparePositions(a.position, b.position);
  };
}

/** Compares two values of which each may be NULL. */
export function compareInOrder(a: unknown, b: unknown, { descending, nullsFirst }: ItemOrder): number {
  if (a === null || b === null) {
    if (a === b) return 0;
    return (a === null) === nullsFirst ? -1 : 1;
  }
  return descending ? compareValues(b, a) : compareValues(a, b);
}

/**
 * The first items of an order, as many as the bounds allow. They depend on the set of all items, not on their order of arrival:
 * the position of the first omitted item is kept too, and later items are ignored.
 */
export class OrderedList {
  readonly items: Item[] = [];
  /** how many items there were, those left out included */
  n = 0;
  #cut: Place | undefined;
  #size = 0;

  add(item: { readonly value: unknown } & Place, compare: ComparePlaces): void {
    this.n++;
    this.#insert({ ...item, size: sizeOf(item.value) + item.order.reduce((sum: number, value) => sum + sizeOf(value), 0) }, compare);
  }

  merge(from: OrderedList, compare: ComparePlaces): void {
    this.n += from.n;
    if (from.#cut && (!this.#cut || compare(from.#cut, this.#cut) < 0)) {
      this.#cut = from.#cut;
      while (this.items.length > 0 && compare(this.items.at(-1) as Item, from.#cut) > 0) this.#size -= (this.items.pop() as Item).size;
    }
    for (const item of from.items) this.#insert(item, compare);
  }

  #insert(item: Item, compare: ComparePlaces): void {
    if (this.#cut && compare(item, this.#cut) > 0) return;
    let at = this.items.length;
    // Mostly in order already.
    if (at > 0 && compare(item, this.items[at - 1] as Item) < 0) at = this.#search(item, compare);
    this.items.splice(at, 0, item);
    this.#size += item.size;
    while (this.items.length > MOST_ITEMS || this.#size > MOST_CHARACTERS) {
      const { order, position, size } = this.items.pop() as Item;
      this.#cut = { order, position };
      this.#size -= size;
    }
  }

  /** The first place whose item is greater. */
  #search(item: Item, compare: ComparePlaces): number {
    let low = 0;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(this.items[middle] as Item, item) > 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  write(out: ByteWriter): void {
    out.varuint(this.n);
    if (this.n === 0) return;
    out.varuint(this.items.length);
    for (const { value, ...place } of this.items) {
      writeValue(value, out);
      writePlace(place, out);
    }
    out.byte(this.#cut ? 1 : 0);
    if (this.#cut) writePlace(this.#cut, out);
  }

  /**
   * @param orders how many values an item's order has
   * @throws MillraceError `corrupt`
   */
  static read(input: ByteReader, orders: number, compare: ComparePlaces): OrderedList {
    const list = new OrderedList();
    const n = input.varuint();
    if (n === 0) return list;
    const length = input.count(4 + orders);
    if (length > Math.min(n, MOST_ITEMS)) throw input.corrupt(`a list of ${length} items`);
    for (let i = 0; i < length; i++) list.add({ value: readValue(input), ...readPlace(input, orders) }, compare);
    list.n = n;
    const cut = input.byte();
    if (cut > 1) throw input.corrupt('a list of an unknown form');
    if (cut === 1) list.#cut = readPlace(input, orders);
    return list;
  }
}

function writePlace({ order, position }: Place, out: ByteWriter): void {
  for (const value of order) writeValue(value, out);
  writePosition(position, out);
}

function readPlace(input: ByteReader, orders: number): Place {
  const order = Array.from({ length: orders }, () => {
    const value = readValue(input);
    if (typeof value === 'object' && value !== null) throw input.corrupt('a list ordered by what has no order');
    return value;
  });
  return { order, position: readPosition(input) };
}

/** The approximate number of characters of a value, which the bound on a list counts. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return typeof value === 'object' && value !== null ? formatJson(value).length : 8;
}
