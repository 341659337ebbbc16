import type { Meter } from '../ports.ts';
import type { IndexName, Item, Key, Value } from './item.ts';

/** The maximum size of an item is 400 KB; this leaves room for its other attributes. */
export const PIECE_BYTES = 350 * 1024;

/**
 * A table of items: the operations that {@link createTableStore} needs, on DynamoDB or in memory. Every method meters
 * its requests, with units computed from item sizes, because emulators do not report them.
 */
export interface ItemTable {
  /** bytes above which a body is kept in pieces */
  readonly pieceBytes: number;
  /** The same table, counting into `meter` as well. */
  metered(meter: Meter): ItemTable;
  get(key: Key, consistent: boolean): Promise<Item | undefined>;
  /** Reads items by distinct keys, in the order of the keys, with no limit on their total size. */
  getAll(keys: readonly Key[], consistent: boolean): Promise<(Item | undefined)[]>;
  put(item: Item): Promise<void>;
  /**
   * Puts an item if the existing one has these attributes; `undefined`: if there is none.
   *
   * @param beforeSending called before each attempt to send the request; if it throws, the request is not sent and the error is rethrown
   * @returns whether it was put
   */
  putIf(item: Item, expected: { readonly [attribute: string]: string | number } | undefined, beforeSending?: () => void): Promise<boolean>;
  /** Puts items with distinct keys, in any order and not atomically. */
  putAll(items: readonly Item[]): Promise<void>;
  query(query: ItemQuery): Promise<Item[]>;
  /**
   * Updates attributes of an item, or creates it.
   * @returns the item afterwards; `undefined` when the condition did not hold
   */
  update(key: Key, change: ItemChange): Promise<Item | undefined>;
}

/** Which items of one partition, in which order. */
export interface ItemQuery {
  readonly pk: string;
  /** bounds of the sort key, both inclusive */
  readonly from?: string;
  readonly to?: string;
  readonly order?: 'asc' | 'desc';
  /** default: all, over as many requests as needed */
  readonly limit?: number;
  /** a query of an index is eventually consistent and gives keys only */
  readonly index?: IndexName;
  readonly consistent: boolean;
}

/** A change of one item. */
export interface ItemChange {
  readonly set?: { readonly [attribute: string]: Value };
  readonly add?: { readonly attribute: string; readonly by: number };
  /** `exists`: there is such an item; `below`: the attribute is absent or less; `is`: the attribute is there and equal */
  readonly when?:
    | 'exists'
    | { readonly attribute: string; readonly below: number }
    | { readonly attribute: string; readonly is: string | number };
}
