/** How a view cuts time, in milliseconds. */
export type WindowSpec =
  | { readonly kind: 'tumbling'; readonly size: number; readonly offset: number }
  | { readonly kind: 'hopping'; readonly size: number; readonly slide: number; readonly offset: number }
  | { readonly kind: 'cumulate'; readonly size: number; readonly step: number }
  | { readonly kind: 'calendar'; readonly unit: 'day' | 'week' | 'month' }
  | { readonly kind: 'session'; readonly gap: number }
  | { readonly kind: 'stagger'; readonly size: number }
  | { readonly kind: 'global' };

/** Windows whose bounds come from a key's own events. */
export type KeyWindowSpec = Extract<WindowSpec, { kind: 'session' | 'stagger' }>;

/** What a view keeps per key and window, besides the ids of its events. */
export type AggregateName =
  | 'count'
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'first'
  | 'last'
  | 'uniques'
  | 'any'
  | 'every'
  | 'large'
  | 'distinctSum'
  | 'middle'
  | 'largest'
  | 'users'
  | 'byValue'
  | 'own';

/** A view as plain data, sufficient to compute its rows by hand. */
export interface ViewSpec {
  readonly name: string;
  /** only events with an even id */
  readonly evenOnly: boolean;
  readonly key: readonly ('k' | 'u')[];
  readonly window: WindowSpec;
  readonly time: 'event' | 'arrival';
  readonly lateness: number;
  readonly aggregates: readonly AggregateName[];
}

/** A view whose rows are made from those of others, which have a `count`, when they are read. */
export type DerivedSpec = { readonly name: string; readonly of: string } & (
  | { /** of each window, over all keys */ readonly kind: 'totals' }
  | { /** of each window, the two keys with most events */ readonly kind: 'tops' }
  | { /** of each key, windows over the starts of windows */ readonly kind: 'rolled'; readonly size: number }
  | { /** with another view of the same key and windows, row by row */ readonly kind: 'joined'; readonly with: string }
);

/** An application on one stream, as plain data. */
export interface ApplicationSpec {
  readonly outOfOrder: number;
  readonly maxAhead: number;
  readonly maxBehind: number;
  readonly idle: number;
  readonly partitionKey: 'k' | undefined;
  /** how long an id of a partition key is remembered, and how many ids a shard remembers */
  readonly dedupe?: { readonly within: number; readonly maxIds: number };
  /** whether producers put records together */
  readonly aggregation?: 'kpl';
  readonly views: readonly ViewSpec[];
  readonly derived: readonly DerivedSpec[];
}

/** An event as producers send it; other things in the stream are no events. */
export interface Payload {
  readonly id: number;
  readonly k: string;
  readonly u: string;
  readonly v: number | null;
  readonly b: boolean;
  /** event time, milliseconds */
  readonly at: number;
  /** its effect on the process that handles it */
  readonly does: 'nothing' | 'throw' | 'throw in first view' | 'crash';
}
