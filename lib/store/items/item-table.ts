import type { Meter } from '../ports.ts';
import type { IndexName, Item, Key, Value } from './item.ts';

/** An item may have 400 KB; this leaves room for its other attributes. */
export const PIECE_BYTES = 350 * 1024;

/**
 * A table of items: what {@link createTableStore} needs of DynamoDB, and what memory can do as well. Every method meters
 * its requests, with units reckoned from item sizes, since emulators do not tell them.
 */
export interface ItemTable {
  /** bytes above which a body is kept in pieces */
  readonly pieceBytes: number;
  /** The same table, counting into `meter` as well. */
  metered(meter: Meter): ItemTable;
  get(key: Key, consistent: boolean): Promise<Item | undefined>;
  /** Reads items by distinct keys, in the order asked, however large they are together. */
  getAll(keys: readonly Key[], consistent: boolean): Promise<(Item | undefined)[]>;
  put(item: Item): Promise<void>;
  /**
   * Puts an item if the one now there has these attributes; `undefined`: if none is there.
   *
   * @param beforeSending called each time before the request is sent: what it throws is thrown, and it is not sent
   * @returns whether it was put
   */
  putIf(item: Item, expected: { readonly [attribute: string]: string | number } | undefined, beforeSending?: () => void): Promise<boolean>;
  /** Puts items with distinct keys, in no order, and not all at once. */
  putAll(items: readonly Item[]): Promise<void>;
  query(query: ItemQuery): Promise<Item[]>;
  /**
   * Changes attributes of an item, making it if there is none.
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
  /** default all there are, over as many requests as it takes */
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
