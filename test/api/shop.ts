import type { Hono } from 'hono';
import { z } from 'zod';
import { type ApiOptions, createApi } from '../../lib/api/api.ts';
import { compile } from '../../lib/compile/compile.ts';
import { application, view } from '../../lib/dsl/application.ts';
import { stream } from '../../lib/dsl/stream.ts';
import { hopping, tumbling } from '../../lib/dsl/window.ts';
import type { DerivedViewPlan } from '../../lib/plan/relation.ts';
import type { DecodedPart } from '../../lib/runtime/decoded-record.ts';
import { mergeStream } from '../../lib/runtime/merge.ts';
import { processBatch } from '../../lib/runtime/process-batch.ts';
import { createReader } from '../../lib/runtime/read/reader.ts';
import { createRuntime, type Runtime } from '../../lib/runtime/runtime.ts';
import { tick } from '../../lib/runtime/tick.ts';
import { createMemoryStore } from '../../lib/store/memory/memory-store.ts';
import type { Store } from '../../lib/store/ports.ts';
import { MemoryStreams } from '../../lib/testing/memory-stream.ts';

const clicks = stream('clicks', {
  schema: z.object({ page: z.string().nullable(), user: z.int(), ms: z.number().nullable(), ok: z.boolean(), at: z.iso.datetime() }),
  eventTime: 'at',
  maxOutOfOrderness: '5 seconds',
});

const pageViews = view(
  'page_views',
  clicks
    .keyBy('page')
    .window(tumbling('1 minute'))
    .aggregate((a) => ({ views: a.count(), avg_ms: a.avg('ms') })),
);

const userPages = view(
  'user_pages',
  clicks
    .keyBy('user', 'ok', 'at')
    .window(hopping('2 minutes', '1 minute'))
    .aggregate((a) => ({ n: a.count() })),
);

const totals = view(
  'totals',
  clicks.window(tumbling('1 minute')).aggregate((a) => ({ views: a.count() })),
);

/** An application with keys of every kind. */
export const shop = application('shop', { views: [pageViews, userPages, totals] });

const SHARD = 'shardId-000000000000';

/** When the shop opens: a whole hour. */
export const T0 = Date.parse('2026-01-01T12:00:00Z');

/** The time so many seconds after {@link T0}. */
export function at(seconds: number): string {
  return new Date(T0 + seconds * 1000).toISOString();
}

/** A click as a producer sends it. */
export interface Click {
  readonly page: string | null;
  readonly at: string;
  readonly user?: number;
  readonly ms?: number | null;
  readonly ok?: boolean;
}

/** The shop in memory, and its REST interface. */
export class Shop {
  now = T0;
  readonly store: Store = createMemoryStore();
  readonly streams = new MemoryStreams(() => this.now);
  readonly api: Hono;
  /** the same from a process that looks at the logs once an hour */
  readonly slowApi: Hono;
  readonly errors: unknown[] = [];
  readonly #runtime: Runtime;

  private constructor(plan: Runtime['plan'], options: Partial<ApiOptions>, front: (store: Store) => Store) {
    this.streams.addShards('clicks', 1);
    const parts = { plan, shards: this.streams, clock: { now: () => this.now } };
    this.#runtime = createRuntime({ ...parts, store: this.store });
    const open = (followEvery: number): Hono => {
      const reader = createReader(createRuntime({ ...parts, store: front(this.store) }), { followEvery });
      return createApi({ reader, onError: (error) => this.errors.push(error), ...options });
    };
    this.api = open(0);
    this.slowApi = open(3_600_000);
  }

  /**
   * @param front what the reader sees of the store
   * @param derived views over the shop's views
   */
  static async open(
    options: Partial<ApiOptions> = {},
    front: (store: Store) => Store = (store) => store,
    derived: readonly DerivedViewPlan[] = [],
  ): Promise<Shop> {
    const shop_ = new Shop({ ...(await compile(shop)), derived }, options, front);
    await tick(shop_.#runtime, { deadline: Number.POSITIVE_INFINITY });
    return shop_;
  }

  /** Puts clicks that arrive now as one batch. */
  async click(...clicks_: readonly Click[]): Promise<void> {
    await this.send(clicks_.map((click) => ({ value: { user: 1, ms: 10, ok: true, ...click } })));
  }

  /** Puts records that arrive now as one batch: JSON values, or what could not be decoded. */
  async send(parts: readonly DecodedPart[]): Promise<void> {
    const records = parts.map((part) => {
      const bytes = 'value' in part ? new TextEncoder().encode(JSON.stringify(part.value)) : part.bytes;
      return this.streams.put('clicks', { shard: SHARD, arrival: this.now, parts: [part], bytes });
    });
    await processBatch(this.#runtime, { stream: 'clicks', shard: SHARD, records, deadline: Number.POSITIVE_INFINITY });
    await mergeStream(this.#runtime, this.#runtime.store, 'clicks', Number.POSITIVE_INFINITY);
  }

  /** Asks the API: status and JSON. */
  async get(path: string): Promise<{ status: number; body: Answer; headers: Headers }> {
    const response = await this.api.request(path);
    return { status: response.status, body: (await response.json()) as Answer, headers: response.headers };
  }
}

/** Any answer: rows or a problem. */
export interface Answer {
  readonly rows: readonly Record<string, unknown>[];
  readonly next: string | null;
  readonly as_of: string;
  readonly watermark: string | null;
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly parameter?: string;
  readonly available?: readonly string[];
  readonly [more: string]: unknown;
}
