import { INDEXES, type IndexName, type Item, indexedPart, type Key, type Value } from '../items/item.ts';
import { itemSize, putUnits, queryUnits, readUnits, writeUnits } from '../items/item-size.ts';
import { type ItemChange, type ItemQuery, type ItemTable, PIECE_BYTES } from '../items/item-table.ts';
import type { Meter } from '../ports.ts';
import { SortedItems } from './sorted-items.ts';

type Partitions = Map<string, SortedItems>;

/** Maximum numbers of items in DynamoDB's batch requests. */
const GET_AT_ONCE = 100;
const PUT_AT_ONCE = 25;

/** A table in memory that behaves and counts like DynamoDB. Every call takes effect before it returns. */
export class MemoryTable implements ItemTable {
  readonly pieceBytes: number;
  readonly #items: Partitions;
  readonly #indexes: Record<IndexName, Partitions>;
  readonly #meters: readonly Meter[];

  /** @param pieceBytes bytes above which a body is kept in pieces */
  constructor(of?: MemoryTable, meters: readonly Meter[] = [], pieceBytes = of?.pieceBytes ?? PIECE_BYTES) {
    this.pieceBytes = pieceBytes;
    this.#items = of ? of.#items : new Map();
    this.#indexes = of ? of.#indexes : { late: new Map(), dead: new Map() };
    this.#meters = meters;
  }

  metered(meter: Meter): MemoryTable {
    return new MemoryTable(this, [...this.#meters, meter]);
  }

  async get(key: Key, consistent: boolean): Promise<Item | undefined> {
    const item = this.#find(key);
    this.#add('GetItem', readUnits(item ? itemSize(item) : 0, consistent), 0);
    return item && copy(item);
  }

  async getAll(keys: readonly Key[], consistent: boolean): Promise<(Item | undefined)[]> {
    const items = keys.map((key) => this.#find(key));
    for (let i = 0; i < items.length; i += GET_AT_ONCE) {
      const units = items.slice(i, i + GET_AT_ONCE).map((item) => readUnits(item ? itemSize(item) : 0, consistent));
      this.#add('BatchGetItem', sum(units), 0);
    }
    return items.map((item) => item && copy(item));
  }

  async put(item: Item): Promise<void> {
    this.#store(item);
    this.#add('PutItem', 0, putUnits(item));
  }

  async putIf(
    item: Item,
    expected: { readonly [attribute: string]: string | number } | undefined,
    beforeSending?: () => void,
  ): Promise<boolean> {
    beforeSending?.();
    const there = this.#find(item);
    const holds = expected ? there && Object.entries(expected).every(([name, value]) => there[name] === value) : !there;
    if (holds) this.#store(item);
    this.#add('PutItem', 0, holds ? putUnits(item) : writeUnits(itemSize(item)));
    return Boolean(holds);
  }

  async putAll(items: readonly Item[]): Promise<void> {
    for (const item of items) this.#store(item);
    for (let i = 0; i < items.length; i += PUT_AT_ONCE) {
      this.#add('BatchWriteItem', 0, sum(items.slice(i, i + PUT_AT_ONCE).map(putUnits)));
    }
  }

  async query(query: ItemQuery): Promise<Item[]> {
    const { pk, from, to, order, limit, index } = query;
    const found = (index ? this.#indexes[index] : this.#items).get(pk)?.range(from, to) ?? [];
    if (order === 'desc') found.reverse();
    const items = found.slice(0, limit);
    for (const units of queryUnits(items, query.consistent)) this.#add('Query', units, 0);
    return items.map(copy);
  }

  async update(key: Key, change: ItemChange): Promise<Item | undefined> {
    const { set = {}, add, when } = change;
    const there = this.#find(key);
    if (when !== undefined && !holds(there, when)) {
      this.#add('UpdateItem', 0, 1);
      return undefined;
    }
    const added = add ? { [add.attribute]: Number(there?.[add.attribute] ?? 0) + add.by } : {};
    const item: Item = { ...there, ...key, ...set, ...added };
    this.#store(item);
    this.#add('UpdateItem', 0, writeUnits(itemSize(item)));
    return copy(item);
  }

  /** Every item, in no particular order, for tests that inspect them. */
  all(): Item[] {
    return [...this.#items.values()].flatMap((partition) => partition.all().map(copy));
  }

  /** Deletes every item whose time to live has passed, which DynamoDB does some time later. */
  expire(now: number): void {
    for (const partition of [...this.#items.values()]) {
      for (const item of [...partition.all()]) if (typeof item.ttl === 'number' && item.ttl * 1000 <= now) this.#remove(item);
    }
  }

  #find({ pk, sk }: Key): Item | undefined {
    return this.#items.get(pk)?.get(sk);
  }

  #store(item: Item): void {
    const kept = copy(item);
    place(this.#items, kept.pk, kept.sk, kept);
    for (const index of Object.keys(INDEXES) as IndexName[]) {
      const part = indexedPart(kept, index);
      // Entries are written once, so nothing ever moves within an index.
      if (part) place(this.#indexes[index], String(part[INDEXES[index].partition]), String(part[INDEXES[index].sort]), part);
    }
  }

  /** Deletes an item, for tests of manual deletion: Millrace itself never does this. */
  delete(key: Key): void {
    const item = this.#find(key);
    if (item) this.#remove(item);
  }

  #remove(item: Item): void {
    displace(this.#items, item.pk, item.sk);
    for (const index of Object.keys(INDEXES) as IndexName[]) {
      const part = indexedPart(item, index);
      if (part) displace(this.#indexes[index], String(part[INDEXES[index].partition]), String(part[INDEXES[index].sort]));
    }
  }

  #add(operation: string, reads: number, writes: number): void {
    for (const meter of this.#meters) meter.add({ operation, reads, writes });
  }
}

function holds(there: Item | undefined, when: NonNullable<ItemChange['when']>): boolean {
  if (when === 'exists') return there !== undefined;
  const now = there?.[when.attribute];
  return 'is' in when ? now === when.is : now === undefined || Number(now) < when.below;
}

function place(partitions: Partitions, pk: string, sk: string, item: Item): void {
  let partition = partitions.get(pk);
  if (!partition) {
    partition = new SortedItems();
    partitions.set(pk, partition);
  }
  partition.set(sk, item);
}

function displace(partitions: Partitions, pk: string, sk: string): void {
  const partition = partitions.get(pk);
  partition?.delete(sk);
  if (partition?.size === 0) partitions.delete(pk);
}

/** A copy that shares nothing mutable. Lists and maps are not copied, because the store reads and rebuilds them. */
function copy(item: Item): Item {
  const copied: Record<string, Value> = {};
  for (const name of Object.keys(item)) {
    const value = item[name] as Value;
    copied[name] = value instanceof Uint8Array ? value.slice() : value;
  }
  return copied as Item;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
