import type { Hono } from 'hono';
import { createApi } from '../../lib/api/api.ts';
import { compile } from '../../lib/compile/compile.ts';
import { questionBinder } from '../../lib/compile/question-binder.ts';
import type { Row } from '../../lib/core/column.ts';
import type { Application } from '../../lib/dsl/application.ts';
import { LIMITS, type Limits } from '../../lib/runtime/limits.ts';
import { mergeStream } from '../../lib/runtime/merge.ts';
import { processBatch } from '../../lib/runtime/process-batch.ts';
import { createReader } from '../../lib/runtime/read/reader.ts';
import { createRuntime, type Runtime } from '../../lib/runtime/runtime.ts';
import { tick } from '../../lib/runtime/tick.ts';
import type { UnitMeter } from '../../lib/runtime/units.ts';
import { createMemoryStore } from '../../lib/store/memory/memory-store.ts';
import type { Store } from '../../lib/store/ports.ts';
import { MemoryStreams } from '../../lib/testing/memory-stream.ts';

/** What is answered: rows or a problem. */
export interface SqlAnswer {
  readonly status: number;
  readonly rows: readonly Row[];
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[];
  readonly as_of: Readonly<Record<string, string>>;
  readonly watermark: string | null;
  readonly type: string;
  readonly detail: string;
  readonly parameter?: string;
  readonly line?: number;
  readonly column?: number;
}

/** An application in memory that is asked in SQL, over shards of its streams. */
export class SqlService {
  now: number;
  /** of the last question */
  units: UnitMeter | undefined;
  /** how many pages of final results questions have been given so far */
  pages = 0;
  readonly errors: unknown[] = [];
  readonly #streams = new MemoryStreams(() => this.now);
  readonly #runtime: Runtime;
  readonly #slow: Hono;
  readonly api: Hono;

  private constructor(application: Application, plan: Runtime['plan'], now: number, shards: number, limits: Limits) {
    this.now = now;
    for (const { name } of plan.streams) this.#streams.addShards(name, shards);
    const parts = { plan, store: createMemoryStore(), shards: this.#streams, clock: { now: () => this.now }, limits };
    this.#runtime = createRuntime(parts);
    const open = (followEvery: number): Hono =>
      createApi({
        reader: createReader(createRuntime({ ...parts, store: this.#counting(parts.store) }), { followEvery }),
        sql: questionBinder(application, plan),
        onUnits: (units) => {
          this.units = units;
        },
        onError: (error) => this.errors.push(error),
      });
    this.api = open(0);
    this.#slow = open(3_600_000);
  }

  static async open(application: Application, now: number, shards = 1, limits: Limits = LIMITS): Promise<SqlService> {
    const service = new SqlService(application, await compile(application), now, shards, limits);
    await service.advance(0);
    return service;
  }

  #counting(store: Store): Store {
    const pages: Store['results']['pages'] = async (...args) => {
      const found = await store.results.pages(...args);
      this.pages += found.length;
      return found;
    };
    return { ...store, metered: (meter) => this.#counting(store.metered(meter)), results: { ...store.results, pages } };
  }

  /** Puts events into a shard, where they arrive now. */
  async put(stream: string, events: readonly unknown[], shard = 0): Promise<void> {
    const name = (await this.#streams.list(stream))[shard]?.shard as string;
    const records = events.map((value) => this.#streams.put(stream, { shard: name, arrival: this.now, parts: [{ value }] }));
    await processBatch(this.#runtime, { stream, shard: name, records, deadline: Number.POSITIVE_INFINITY });
    await mergeStream(this.#runtime, this.#runtime.store, stream, Number.POSITIVE_INFINITY);
  }

  /** Moves the clock, and does what is done every minute. */
  async advance(ms: number): Promise<void> {
    this.now += ms;
    await tick(this.#runtime, { deadline: Number.POSITIVE_INFINITY });
  }

  /** Asks a question; `slowly`: of a process that looks at the logs once an hour. */
  async ask(sql: string, parameters: readonly unknown[] = [], more: object = {}, slowly = false): Promise<SqlAnswer> {
    return this.send(JSON.stringify({ sql, parameters, ...more }), 'application/json', slowly);
  }

  /** Sends a body as it is. */
  async send(body: string, contentType = 'application/json', slowly = false): Promise<SqlAnswer> {
    const api = slowly ? this.#slow : this.api;
    const response = await api.request('/v1/sql', { method: 'POST', body, headers: { 'content-type': contentType } });
    return { ...((await response.json()) as SqlAnswer), status: response.status };
  }
}
