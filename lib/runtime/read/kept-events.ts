import type { Entry } from '../../core/entry.ts';
import { decodeEntry } from '../../core/entry-codec.ts';
import type { FoundEntry, TaskId } from '../../store/ports.ts';
import { unpack } from '../body.ts';
import { entryName } from '../item-names.ts';
import { streamPlan, taskId } from '../runtime.ts';
import { UnitMeter } from '../units.ts';
import type { KeptAfter, KeptEvent, KeptPage } from './query.ts';
import { type Reader, viewPlan } from './reader.ts';

/** Maximum number of entries read for one page: the entries may hold only late events of other views. */
const ENTRIES_PER_PAGE = 200;
const CHUNK = 20;

/** Which page of kept events. */
export interface KeptQuery {
  readonly limit: number;
  readonly after?: KeptAfter | undefined;
}

/**
 * The late events of one or more views, newest commit first; those of several streams follow one stream after the other.
 *
 * @throws MillraceError `argument` when there is no such view
 */
export async function readLate(reader: Reader, views: readonly string[], query: KeptQuery): Promise<KeptPage> {
  const streams = [...new Set(views.map((view) => viewPlan(reader, view).stream))];
  const at = Math.max(0, streams.indexOf(query.after?.stream ?? ''));
  const stream = streams[at] as string;
  const page = await readKept(reader, 'late', stream, query, (entry) =>
    entry.late
      .filter((event) => event.views.some((view) => views.includes(view)))
      .map(({ sequence, arrival, time, views: missed, bytes }) => ({ sequence, arrival, time, views: missed, bytes })),
  );
  const following = streams[at + 1];
  if (page.next !== undefined || following === undefined) return page;
  return { ...page, next: { stream: following, before: '', skip: 0 } };
}

/** A stream's dead letters, newest commit first. */
export async function readDeadLetters(reader: Reader, stream: string, query: KeptQuery): Promise<KeptPage> {
  streamPlan(reader.runtime, stream);
  return readKept(reader, 'dead', stream, query, (entry) =>
    entry.dead.map(({ sequence, arrival, reason, bytes, views }) => ({ sequence, arrival, reason, bytes, ...(views && { views }) })),
  );
}

async function readKept(
  reader: Reader,
  what: 'late' | 'dead',
  stream: string,
  query: KeptQuery,
  pick: (entry: Entry) => Omit<KeptEvent, 'shard' | 'committedAt'>[],
): Promise<KeptPage> {
  const units = new UnitMeter();
  const store = reader.runtime.store.metered(units);
  const events: KeptEvent[] = [];
  let before = query.after?.before ?? '';
  let skip = query.after?.skip ?? 0;
  let looked = 0;
  for (;;) {
    const page = { limit: CHUNK, ...(before === '' ? {} : { before }) };
    const { entries, next } = await store.log.find(what, { application: reader.runtime.plan.name, stream }, page);
    for (const found of entries) {
      const kept = pick(open(found, taskId(reader.runtime, stream, found.shard)))
        .map((event) => ({ shard: found.shard, committedAt: found.committedAt, ...event }))
        .reverse();
      const room = query.limit - events.length;
      events.push(...kept.slice(skip, skip + room));
      if (kept.length > skip + room) return { events, next: { stream, before, skip: skip + room }, units };
      skip = 0;
      before = found.token;
      looked++;
      const last = next === undefined && found === entries.at(-1);
      if (!last && (events.length >= query.limit || looked >= ENTRIES_PER_PAGE))
        return { events, next: { stream, before, skip: 0 }, units };
    }
    if (next === undefined) return { events, next: undefined, units };
    before = next;
  }
}

function open(found: FoundEntry, task: TaskId): Entry {
  const item = entryName(task, found.index);
  return decodeEntry(unpack(found.body, item), item.name, []);
}
