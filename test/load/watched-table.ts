import type { Item, Key } from '../../lib/store/items/item.ts';
import { itemSize } from '../../lib/store/items/item-size.ts';
import type { ItemChange, ItemQuery, ItemTable } from '../../lib/store/items/item-table.ts';
import { MemoryTable } from '../../lib/store/memory/memory-table.ts';
import type { Meter } from '../../lib/store/ports.ts';

/** BatchWriteItem takes no more items. */
const PUT_AT_ONCE = 25;

/** What was asked of a table so far. */
export interface Watched {
  /** bytes of the largest item */
  largestItem: number;
  /** bytes of all items of the largest request that writes several */
  largestWrite: number;
  /** readable rows put */
  rows: number;
}

/** An item that is there. */
interface Stored {
  readonly size: number;
  /** instant, ms */
  readonly expires: number;
}

/** A table in memory that notes how large what is put is, and can forget readable rows, which nothing reads back. */
export class WatchedTable implements ItemTable {
  readonly #table: MemoryTable;
  readonly #watched: Watched;
  readonly #there: Map<string, Stored>;

  readonly #meters: readonly Meter[];

  constructor(watched: Watched, table = new MemoryTable(), there = new Map<string, Stored>(), meters: readonly Meter[] = []) {
    this.#meters = meters;
    this.#table = table;
    this.#watched = watched;
    this.#there = there;
  }

  get pieceBytes(): number {
    return this.#table.pieceBytes;
  }

  metered(meter: Meter): WatchedTable {
    return new WatchedTable(this.#watched, this.#table.metered(meter), this.#there, [...this.#meters, meter]);
  }

  get(key: Key, consistent: boolean): Promise<Item | undefined> {
    return this.#table.get(key, consistent);
  }

  getAll(keys: readonly Key[], consistent: boolean): Promise<(Item | undefined)[]> {
    return this.#table.getAll(keys, consistent);
  }

  query(query: ItemQuery): Promise<Item[]> {
    return this.#table.query(query);
  }

  async put(item: Item): Promise<void> {
    this.#see([item]);
    await this.#table.put(item);
  }

  async putIf(...[item, ...rest]: Parameters<ItemTable['putIf']>): Promise<boolean> {
    this.#see([item]);
    return this.#table.putIf(item, ...rest);
  }

  async putAll(items: readonly Item[]): Promise<void> {
    for (let i = 0; i < items.length; i += PUT_AT_ONCE) this.#see(items.slice(i, i + PUT_AT_ONCE));
    const rows = items.filter(isRow);
    this.#watched.rows += rows.length;
    if (rows.length < items.length) await this.#table.putAll(items);
    else
      for (let i = 0; i < rows.length; i += PUT_AT_ONCE)
        for (const meter of this.#meters) meter.add({ operation: 'BatchWriteItem', reads: 0, writes: PUT_AT_ONCE });
  }

  async update(key: Key, change: ItemChange): Promise<Item | undefined> {
    const item = await this.#table.update(key, change);
    if (item) this.#see([item]);
    return item;
  }

  /**
   * Deletes what has expired.
   *
   * @returns how many items are left, and their bytes
   */
  expire(now: number): { readonly items: number; readonly bytes: number } {
    this.#table.expire(now);
    let bytes = 0;
    for (const [id, item] of this.#there) {
      if (item.expires <= now) this.#there.delete(id);
      else bytes += item.size;
    }
    return { items: this.#there.size, bytes };
  }

  #see(items: readonly Item[]): void {
    let total = 0;
    for (const item of items) {
      const size = itemSize(item);
      total += size;
      if (!isRow(item)) this.#there.set(`${item.pk} ${item.sk}`, { size, expires: Number(item.ttl ?? Number.POSITIVE_INFINITY) * 1000 });
      this.#watched.largestItem = Math.max(this.#watched.largestItem, size);
    }
    this.#watched.largestWrite = Math.max(this.#watched.largestWrite, total);
  }
}

function isRow({ pk }: Key): boolean {
  return pk.includes('#row');
}
