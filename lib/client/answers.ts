import type { LeftOut } from './paged.ts';

/** A window of a view. */
export interface WindowInfo {
  /** ISO 8601, like all times of the client */
  readonly start: string;
  readonly end: string;
  /** whether its rows can no longer change */
  readonly final: boolean;
  readonly keys: number;
}

/** The content of a late event or a dead letter. */
export interface KeptContent {
  /** its value, if it is JSON */
  readonly event?: unknown;
  /** the original text, if `event` does not reproduce it exactly */
  readonly text?: string;
  /** the original bytes, if they are not UTF-8 */
  readonly base64?: string;
  /** whether it was truncated, possibly to nothing */
  readonly truncated: boolean;
}

/** An event that was late for some of its windows. */
export interface LateEvent extends KeptContent {
  readonly shard: string;
  readonly sequence: string;
  readonly arrival: string;
  readonly committedAt: string;
  readonly eventTime: string;
  /** the views that did not count it in every window */
  readonly views: readonly string[];
}

/** An event that could not be processed. */
export interface DeadLetter extends KeptContent {
  readonly shard: string;
  readonly sequence: string;
  readonly arrival: string;
  readonly committedAt: string;
  readonly reason: string;
  /** the value of the stream's partition key column, if the letter has one */
  readonly partitionKey?: string;
  /** of a dead letter: the views that cannot take it, where others counted it; absent: none did */
  readonly views?: readonly string[];
}

/** The answer to a SELECT. */
export interface SqlResult<R> {
  readonly rows: readonly R[];
  /** in the order of SELECT, then `final` */
  readonly columns: readonly ColumnInfo[];
  /** the watermark of the slowest shard, ISO 8601; `null` before the first event */
  readonly watermark: string | null;
  /** rows that views left out, because a condition or a key of them cannot be computed; absent if there are none */
  readonly leftOut?: LeftOut;
  /** the DynamoDB read units that it cost */
  readonly readUnits: number;
}

/** A column of a view. */
export interface ColumnInfo {
  readonly name: string;
  readonly type: 'text' | 'bigint' | 'double precision' | 'boolean' | 'timestamptz' | 'jsonb';
  readonly nullable: boolean;
}

/** The description of a view: an aggregate over a stream, or rows derived from other views (`'views' in info`). */
export type ViewInfo = AggregateViewInfo | DerivedViewInfo;

/** A view whose rows are computed from other views. */
export interface DerivedViewInfo {
  readonly name: string;
  /** the views it reads */
  readonly views: readonly string[];
  readonly key: readonly ColumnInfo[];
  readonly aggregates: readonly ColumnInfo[];
  readonly columns: readonly ColumnInfo[];
}

/** A keyed, windowed aggregate over a stream. */
export interface AggregateViewInfo {
  readonly name: string;
  readonly stream: string;
  readonly key: readonly ColumnInfo[];
  readonly aggregates: readonly ColumnInfo[];
  readonly columns: readonly ColumnInfo[];
  readonly window: FixedWindowInfo | CalendarWindowInfo | SessionWindowInfo | StaggerWindowInfo | { readonly kind: 'global' };
  readonly allowedLateness: string;
  readonly allowedLatenessMs: number;
  readonly retention: string;
  readonly retentionMs: number;
}

/** Windows of a fixed length; `slide` is the step of a cumulate window. */
export interface FixedWindowInfo {
  readonly kind: 'tumbling' | 'hopping' | 'cumulate';
  readonly size: string;
  readonly sizeMs: number;
  readonly slide: string;
  readonly slideMs: number;
  readonly offset: string;
  readonly offsetMs: number;
}

/** Windows of a calendar. */
export interface CalendarWindowInfo {
  readonly kind: 'calendar';
  readonly unit: 'day' | 'week' | 'month' | 'quarter' | 'year';
  /** an IANA name */
  readonly timeZone: string;
  /** how much later each starts, by the zone's clock */
  readonly offset: string;
  readonly offsetMs: number;
}

/** Runs of a key's events, each at most one gap after the one before it. */
export interface SessionWindowInfo {
  readonly kind: 'session';
  readonly gap: string;
  readonly gapMs: number;
}

/** Windows of a fixed length that open at a key's first event. */
export interface StaggerWindowInfo {
  readonly kind: 'stagger';
  readonly size: string;
  readonly sizeMs: number;
}

/** A circuit breaker that refuses a shard's batches. */
export interface OpenBreaker {
  /** when it first refused the batch that the shard stands still before, ISO 8601 */
  readonly since: string;
  /** when it last did, give or take a minute, ISO 8601 */
  readonly lastRefused: string;
  /** the deployed version that last did */
  readonly version: string;
  /** why the newest of the dead records is dead, without the values of the event */
  readonly reason: string;
}

/** The state of streams, shards and views. */
export interface Health {
  readonly application: string;
  readonly now: string;
  readonly streams: readonly {
    readonly stream: string;
    readonly watermark: string | null;
    readonly shards: readonly {
      readonly shard: string;
      /** log entries committed */
      readonly entries: number;
      readonly sequence: string;
      readonly watermark: string | null;
      readonly lastArrival: string | null;
      readonly events: number;
      readonly late: number;
      readonly dead: number;
      /** events left out because their id was counted before */
      readonly duplicates: number;
      readonly ended: boolean;
      /** the circuit breaker that keeps the shard standing still; `null` while it does not */
      readonly breaker: OpenBreaker | null;
    }[];
    readonly views: readonly { readonly view: string; readonly mergedThrough: string | null }[];
  }[];
}

/** The same with names in camelCase, down to a given depth, because deeper levels may be data from users. */
export function camelCased(value: unknown, depth: number): unknown {
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => camelCased(item, depth));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      camelCased(item, depth - 1),
    ]),
  );
}
