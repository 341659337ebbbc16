import { MillraceError } from '../../core/errors.ts';
import { encodeKey } from '../../core/key.ts';
import { type KeySpans, NO_SPANS } from '../../core/key-results.ts';
import type { TaskState, ViewState } from '../../core/state.ts';
import { hashKey, SLOTS } from '../../core/stored.ts';
import { hasKeyWindows } from '../../core/view.ts';
import type { ViewPlan } from '../../plan/plan.ts';
import type { LeftOut } from '../../query/row-errors.ts';
import type { Store } from '../../store/ports.ts';
import { readCarried } from '../carried.ts';
import { mapTasks } from '../map-tasks.ts';
import { leastWatermark } from '../merge.ts';
import { taskId, viewsOf } from '../runtime.ts';
import { UnitMeter } from '../units.ts';
import type { AsOf } from './query.ts';
import { type Looked, type Reader, viewPlan } from './reader.ts';
import { followTail, forgetEnded, isOver, knownTail, Outdated, partsOf, type TaskTail, unpin } from './task-tail.ts';

/** How far callers have seen views. */
export type SeenViews = ReadonlyMap<string, AsOf>;

/** How often a look at a stream is repeated if a merge overtakes it. If that happens every time, entries at the end of a log are missing. */
const LOOKS = 25;

/** A view at one instant: each of its windows is either in the states or in the pages. It does not change during the reading. */
export interface Snapshot {
  /** the tasks' states, at least of the requested keys; a task may have several parts */
  readonly states: readonly ViewState[];
  /** windows up to here (+ lateness) are in pages, later ones in the states */
  readonly through: number;
  /** pending spans: spans of open unaligned windows that the tasks have evicted */
  readonly carried: KeySpans;
}

/** Thrown if the stored state is older than the one the caller has seen. */
export class SeenLess extends MillraceError {
  constructor(message: string) {
    super('argument', message);
  }
}

/** A stream at one instant. */
export interface StreamSnapshot {
  readonly tails: readonly TaskTail[];
  readonly mergedThrough: ReadonlyMap<string, number>;
  readonly watermark: number;
}

/**
 * The source of one answer: each stream at one instant, no matter how much is read of it and how long that takes.
 *
 * @param work reads everything of that instant; called again if it took so long that stored parts of that instant have expired
 * @param asOf how far the caller has already seen: nothing older is read
 * @throws SeenLess if the stored state is older than what the caller has seen
 */
export async function readAtOnce<T>(reader: Reader, asOf: SeenViews, work: (reading: Reading) => Promise<T>): Promise<T> {
  for (let again = true; ; again = false) {
    const reading = new Reading(reader, asOf);
    try {
      return await work(reading);
    } catch (error) {
      if (!(error instanceof Outdated && again)) throw error;
    } finally {
      reading.end();
    }
  }
}

/** See {@link readAtOnce}. */
export class Reading {
  readonly reader: Reader;
  readonly units = new UnitMeter();
  /** counts into `units` */
  readonly store: Store;
  readonly #given: SeenViews;
  readonly #streams = new Map<string, Promise<StreamSnapshot>>();
  readonly #snapshots = new Map<string, Promise<Snapshot>>();
  readonly #views = new Map<string, AsOf>();
  readonly #carried = new Map<string, Promise<KeySpans>>();
  readonly #pinned: TaskTail[] = [];
  #watermark = Number.POSITIVE_INFINITY;
  #ended = false;
  #leftOut: LeftOut | undefined;

  constructor(reader: Reader, given: SeenViews) {
    this.reader = reader;
    this.store = reader.runtime.store.metered(this.units);
    this.#given = given;
  }

  /** Rows left out of what was computed, because a condition or a key of them cannot be. */
  get leftOut(): LeftOut | undefined {
    return this.#leftOut;
  }

  leaveOut(more: LeftOut | undefined): void {
    if (more) this.#leftOut = { rows: (this.#leftOut?.rows ?? 0) + more.rows, reason: this.#leftOut?.reason ?? more.reason };
  }

  /** A stream's tasks, and how far its views are merged. */
  stream(name: string): Promise<StreamSnapshot> {
    let found = this.#streams.get(name);
    if (!found) {
      found = this.#look(name);
      this.#streams.set(name, found);
    }
    return found;
  }

  /** Up to where a view is merged. */
  async through(view: ViewPlan): Promise<number> {
    return boundary(await this.#of(view), view);
  }

  /**
   * A view's state outside of final results.
   *
   * @param key encoded; default all keys
   */
  snapshot(view: ViewPlan, key?: string): Promise<Snapshot> {
    // States of single keys are many, and each is needed once.
    if (key !== undefined) return this.#snapshotOf(view, key);
    let found = this.#snapshots.get(view.name);
    if (!found) {
      found = this.#snapshotOf(view, undefined);
      this.#snapshots.set(view.name, found);
    }
    return found;
  }

  async #snapshotOf(view: ViewPlan, key: string | undefined): Promise<Snapshot> {
    const stream = await this.#of(view);
    const through = boundary(stream, view);
    const parts = await mapTasks(stream.tails, (tail) => partsOf(this.reader, this.store, tail, key));
    const states = parts.flat().flatMap(({ views }) => views.get(view.name) ?? []);
    return { states, through, carried: await this.#carriedAt(view, through, key) };
  }

  /** How far each view that was read has been seen. */
  get seen(): SeenViews {
    return this.#views;
  }

  /** The same of one view. */
  asOf(view: ViewPlan): AsOf {
    return this.#views.get(view.name) ?? { tasks: {}, mergedThrough: Number.NEGATIVE_INFINITY };
  }

  /** The least watermark over the shards of all streams that were read; −Infinity before the first event. */
  get watermark(): number {
    return Number.isFinite(this.#watermark) ? this.#watermark : Number.NEGATIVE_INFINITY;
  }

  /** Releases the instant: the states that were returned may change from now on. */
  end(): void {
    this.#ended = true;
    for (const tail of this.#pinned.splice(0)) unpin(this.reader, tail);
  }

  #pin(tail: TaskTail): void {
    // Of several streams that are read together, one may fail while another is still being read.
    if (this.#ended) unpin(this.reader, tail);
    else this.#pinned.push(tail);
  }

  async #of(view: ViewPlan): Promise<StreamSnapshot> {
    const stream = await this.stream(view.stream);
    if (!this.#views.has(view.name)) this.#views.set(view.name, asOfView(stream, view));
    this.#watermark = Math.min(this.#watermark, stream.watermark);
    return stream;
  }

  #carriedAt(view: ViewPlan, through: number, key: string | undefined): Promise<KeySpans> {
    if (!hasKeyWindows(view)) return Promise.resolve(NO_SPANS);
    const name = encodeKey([view.name, key ?? null]);
    let found = this.#carried.get(name);
    if (!found) {
      const slot = key === undefined ? undefined : hashKey(key) % SLOTS;
      found = readCarried(this.store, this.reader.runtime.plan.name, view, through - view.allowedLateness, slot);
      this.#carried.set(name, found);
    }
    return found;
  }

  async #look(name: string): Promise<StreamSnapshot> {
    const { reader } = this;
    const { runtime } = reader;
    const views = viewsOf(runtime, name);
    const given = views.flatMap((view) => {
      const asOf = this.#given.get(view.name);
      return asOf ? [{ view, asOf }] : [];
    });
    const known = this.#known(name);
    if (known && given.every(({ view, asOf }) => missing(known, view, asOf) === undefined) && isWhole(known, views)) return known;
    for (let looks = 0; looks < LOOKS; looks++) {
      this.#letGo(name);
      const found = await this.#lookNow(name);
      for (const { view, asOf } of given) {
        const less = missing(found, view, asOf);
        if (less === undefined) continue;
        throw new SeenLess(
          `it is of a later state of view "${view.name}" than the stored one: ${less}. Stored items were deleted or restored from a backup; leave it out to read the stored state`,
        );
      }
      if (isWhole(found, views)) return found;
    }
    throw new MillraceError(
      'gap',
      `final results of stream "${name}" are ahead of the logs of its shards: the last entries of a log are gone; restore the state table from a backup`,
    );
  }

  /** The stream as it was when it was last looked at, if that is fresh, and still in memory. */
  #known(name: string): StreamSnapshot | undefined {
    const { runtime, looked, followEvery } = this.reader;
    const last = looked.get(name);
    if (!last || runtime.clock.now() - last.at >= followEvery) return undefined;
    const tails = last.shards.map((shard) => knownTail(this.reader, taskId(runtime, name, shard)));
    const there = tails.filter((tail) => tail !== undefined);
    for (const tail of there) this.#pin(tail);
    return there.length === tails.length ? streamSnapshot(there, last) : undefined;
  }

  async #lookNow(name: string): Promise<StreamSnapshot> {
    const { reader, store } = this;
    const { runtime } = reader;
    const at = runtime.clock.now();
    const shards = await store.tasks.list(taskId(runtime, name, ''));
    const tails = await mapTasks(shards, async (shard) => {
      const tail = await followTail(reader, store, taskId(runtime, name, shard));
      this.#pin(tail);
      return tail;
    });
    // Read after the states, so that it covers everything that a task has evicted until then.
    const { mergedThrough } = await store.tasks.progress(taskId(runtime, name, ''), { consistent: true });
    for (const tail of tails) await forgetEnded(reader, tail, mergedThrough);
    const found: Looked = { at, shards, mergedThrough };
    reader.looked.set(name, found);
    return streamSnapshot(tails, found);
  }

  #letGo(stream: string): void {
    for (const tail of this.#pinned.filter(({ task }) => task.stream === stream)) {
      this.#pinned.splice(this.#pinned.indexOf(tail), 1);
      unpin(this.reader, tail);
    }
  }
}

/** What has been seen of one view, as a map. */
function seenOf(view: string, asOf: AsOf | undefined): SeenViews {
  return asOf ? new Map([[view, asOf]]) : new Map();
}

/** Reads of one view. */
export async function readView<T>(
  reader: Reader,
  query: { readonly view: string; readonly asOf?: AsOf | undefined },
  work: (reading: Reading, view: ViewPlan) => Promise<T>,
): Promise<T & { readonly asOf: AsOf; readonly watermark: number; readonly units: UnitMeter }> {
  const view = viewPlan(reader, query.view);
  return readAtOnce(reader, seenOf(view.name, query.asOf), async (reading) => {
    const found = await work(reading, view);
    return { ...found, asOf: reading.asOf(view), watermark: reading.watermark, units: reading.units };
  });
}

function streamSnapshot(tails: readonly TaskTail[], { mergedThrough }: Looked): StreamSnapshot {
  return { tails, mergedThrough, watermark: leastWatermark(statesOf(tails)) };
}

function statesOf(tails: readonly TaskTail[]): ReadonlyMap<string, TaskState> {
  return new Map(tails.map(({ task, state }) => [task.shard, state]));
}

function boundary({ mergedThrough }: StreamSnapshot, view: ViewPlan): number {
  return mergedThrough.get(view.name) ?? Number.NEGATIVE_INFINITY;
}

/** Tasks that are done are left out: a boundary that covers all their panes has the same effect. */
function asOfView(stream: StreamSnapshot, view: ViewPlan): AsOf {
  const tasks = stream.tails.filter((tail) => !isOver(tail)).map(({ task, state }) => [task.shard, state.index] as const);
  return { tasks: Object.fromEntries(tasks), mergedThrough: boundary(stream, view) };
}

/** Describes what a caller has seen that is missing; `undefined`: nothing is. */
function missing(stream: StreamSnapshot, view: ViewPlan, asOf: AsOf): string | undefined {
  if (boundary(stream, view) < asOf.mergedThrough) return 'fewer of its windows are final';
  const states = statesOf(stream.tails);
  for (const [shard, index] of Object.entries(asOf.tasks)) {
    const last = states.get(shard)?.index ?? 0;
    if (last < index) return `the log of ${view.stream}/${shard} ends with entry ${last}, not ${index}`;
  }
  return undefined;
}

/** Whether the states hold everything that the boundaries do not cover. */
function isWhole(stream: StreamSnapshot, views: readonly ViewPlan[]): boolean {
  return views.every((view) => {
    const through = boundary(stream, view);
    // A state that is read after its boundary may have evicted panes that were merged since.
    if (stream.tails.some(({ state }) => (state.views.get(view.name)?.dropped ?? through) > through)) return false;
    if (!hasKeyWindows(view)) return true;
    // A state from before the boundary: a span that had ended in it may have grown since, and is then not among the pending spans.
    return stream.tails.every(({ state: { index, ended, watermark } }) => index === 0 || ended || watermark >= through);
  });
}
