import { type Application, compile, type Plan } from '../../lib/index.ts';
import { type BatchReport, processBatch } from '../../lib/runtime/process-batch.ts';
import { createReader, type Reader } from '../../lib/runtime/read/reader.ts';
import { createRuntime, type Runtime } from '../../lib/runtime/runtime.ts';
import { type TickReport, tick } from '../../lib/runtime/tick.ts';
import { UnitMeter } from '../../lib/runtime/units.ts';
import { createTableStore } from '../../lib/store/items/table-store.ts';
import type { Store } from '../../lib/store/ports.ts';
import { MemoryStreams } from '../../lib/testing/memory-stream.ts';
import { type Watched, WatchedTable } from './watched-table.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** The instant at which every world begins. */
export const START = Date.parse('2026-01-01T00:00:00Z');

/** What a world has that others have not. */
interface LoadOptions {
  readonly shards?: number;
  /** bytes of task states kept in memory; default what a function has */
  readonly cacheBytes?: number;
}

/** An application over a store in memory that is watched, with a clock of its own. */
export class LoadWorld {
  now = START;
  readonly watched: Watched = { largestItem: 0, largestWrite: 0, rows: 0 };
  readonly shards: readonly string[];
  /** everything asked of the store since it was last reset */
  units = new UnitMeter();
  readonly #plan: Plan;
  readonly #options: Pick<LoadOptions, 'cacheBytes'>;
  readonly #streams = new MemoryStreams(() => this.now);
  readonly #tables = { state: new WatchedTable(this.watched), results: new WatchedTable(this.watched) };
  readonly #store: Store;
  #runtime: Runtime;
  #sequence = 0;

  private constructor(plan: Plan, { shards = 1, ...options }: LoadOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#store = createTableStore(this.#tables).metered({ add: (request) => this.units.add(request) });
    this.shards = this.#streams.addShards('events', shards);
    this.#runtime = this.#start();
  }

  /** @param application one with a stream `events` */
  static async of(application: Application, options: LoadOptions = {}): Promise<LoadWorld> {
    const world = new LoadWorld(await compile(application), options);
    await world.tick();
    return world;
  }

  get runtime(): Runtime {
    return this.#runtime;
  }

  /** Has one batch of events processed, a record each. They are kept nowhere: a shard looks empty to who reads on in it. */
  put(events: readonly object[], shard = this.shards[0] as string): Promise<BatchReport> {
    const records = events.map((value) => {
      const bytes = () => Buffer.from(JSON.stringify(value));
      return { sequence: String(1_000_000_000 + this.#sequence++), arrival: this.now, parts: [{ value }], bytes, partBytes: bytes };
    });
    return processBatch(this.#runtime, { stream: 'events', shard, records, deadline: NEVER });
  }

  async tick(): Promise<TickReport> {
    const [report] = await tick(this.#runtime, { deadline: NEVER });
    return report as TickReport;
  }

  reader(): Reader {
    return createReader(this.#runtime, { followEvery: 0 });
  }

  /** Forgets everything in memory, as a new container starts. */
  restart(): void {
    this.#runtime = this.#start();
  }

  /** Deletes what has expired; how much is left in the state table. */
  expire(): { readonly items: number; readonly bytes: number } {
    this.#tables.results.expire(this.now);
    return this.#tables.state.expire(this.now);
  }

  #start(): Runtime {
    return createRuntime({ plan: this.#plan, store: this.#store, shards: this.#streams, clock: { now: () => this.now }, ...this.#options });
  }
}

/** Bytes of live objects, in a process with --expose-gc. */
export function heap(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}
