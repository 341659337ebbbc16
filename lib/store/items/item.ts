/** A value of an attribute, in DynamoDB's terms: S, N, BOOL, NULL, B, L, M. */
export type Value = string | number | boolean | null | Uint8Array | readonly Value[] | { readonly [name: string]: Value };

/** Where an item is: partition, and place within it. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** An item as a table holds it. Attribute names are not empty and not `__proto__`. */
export interface Item extends Key {
  readonly [attribute: string]: Value;
}

/** Sparse indexes: they hold only items with the partition attribute, and only keys of them. */
export const INDEXES = {
  late: { partition: 'late_of', sort: 'late_at' },
  dead: { partition: 'dead_of', sort: 'dead_at' },
} as const;

export type IndexName = keyof typeof INDEXES;

/** The attributes an index holds of an item; `undefined` when the item is not in it. */
export function indexedPart(item: Item, index: IndexName): Item | undefined {
  const { partition, sort } = INDEXES[index];
  const [of, at] = [item[partition], item[sort]];
  return of === undefined || at === undefined ? undefined : { pk: item.pk, sk: item.sk, [partition]: of, [sort]: at };
}
