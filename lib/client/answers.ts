/** A window of a view. */
export interface WindowInfo {
  /** ISO 8601, as everywhere here */
  readonly start: string;
  readonly end: string;
  /** whether its rows can no longer change */
  readonly final: boolean;
  readonly keys: number;
}

/** What a late event or a dead letter held. */
export interface KeptContent {
  /** its value, when it is JSON */
  readonly event?: unknown;
  /** as it came, when it is text that `event` does not give back exactly */
  readonly text?: string;
  /** as it came, when it is not UTF-8 */
  readonly base64?: string;
  /** whether its end, or all of it, was not kept */
  readonly truncated: boolean;
}

/** An event that came too late for some of its windows. */
export interface LateEvent extends KeptContent {
  readonly shard: string;
  readonly sequence: string;
  readonly arrival: string;
  readonly committedAt: string;
  readonly eventTime: string;
  /** the views that could not count it in every window */
  readonly views: readonly string[];
}

/** Something that came and could not be an event. */
export interface DeadLetter extends KeptContent {
  readonly shard: string;
  readonly sequence: string;
  readonly arrival: string;
  readonly committedAt: string;
  readonly reason: string;
  /** the value of the column the stream is partitioned by, where the letter holds it */
  readonly partitionKey?: string;
}

/** What a SELECT gave. */
export interface SqlResult<R> {
  readonly rows: readonly R[];
  /** in the order of SELECT, and `final` */
  readonly columns: readonly ColumnInfo[];
  /** how far event time had come in the slowest shard, ISO 8601; `null` before the first event */
  readonly watermark: string | null;
  /** what reading it cost in DynamoDB read units */
  readonly readUnits: number;
}

/** A column of a view. */
export interface ColumnInfo {
  readonly name: string;
  readonly type: 'text' | 'bigint' | 'double precision' | 'boolean' | 'timestamptz' | 'jsonb';
  readonly nullable: boolean;
}

/** What a view holds: an aggregate over a stream, or rows derived from other views (`'views' in info`). */
export type ViewInfo = AggregateViewInfo | DerivedViewInfo;

/** A view whose rows are made from those of other views. */
export interface DerivedViewInfo {
  readonly name: string;
  /** the views it is made from */
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
  /** how much later by the zone's clock each begins */
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

/** How streams, shards and views are doing. */
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
      readonly ended: boolean;
    }[];
    readonly views: readonly { readonly view: string; readonly mergedThrough: string | null }[];
  }[];
}

/** The same with names in camelCase, as deep as told: below may be what users sent. */
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
