// What earlier releases have stored is read as what it was, and what this one stores has not changed: bytes frozen by `npm run freeze`.
import { readdirSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { formatAsOf, formatSeen, parseAsOf } from '../../lib/api/as-of.ts';
import { formatCursor, parseCursor } from '../../lib/api/cursor.ts';
import { isDerivedPlace, isKeptPlace, isPlaceInWindow, isWindow } from '../../lib/api/cursor-places.ts';
import type { TopValue } from '../../lib/core/accumulators/approx-top-k.ts';
import { decodeHead } from '../../lib/core/checkpoint-codec.ts';
import type { Entry } from '../../lib/core/entry.ts';
import { decodeEntry } from '../../lib/core/entry-codec.ts';
import { FORMAT, NOTE_PARTS, TASK_MARKS } from '../../lib/core/stored.ts';
import { unpack } from '../../lib/runtime/body.ts';
import { bucketName, checkpointName, entryName } from '../../lib/runtime/item-names.ts';
import { processBatch } from '../../lib/runtime/process-batch.ts';
import { createReader } from '../../lib/runtime/read/reader.ts';
import { readWindowRows } from '../../lib/runtime/read/window-rows.ts';
import { readWindows } from '../../lib/runtime/read/windows.ts';
import { type Runtime, taskId } from '../../lib/runtime/runtime.ts';
import { tick } from '../../lib/runtime/tick.ts';
import type { Item } from '../../lib/store/items/item.ts';
import type { MemoryTable } from '../../lib/store/memory/memory-table.ts';
import { checkpointed } from '../runtime/world.ts';
import { CALLS, type Called, expectRow } from '../support/every-view.ts';
import { naiveAggregate } from '../support/naive/aggregates.ts';
import { type NaiveEvent, naiveFold } from '../support/naive/fold.ts';
import { definedConstants, fingerprints } from './constants.ts';
import { type Frozen, frozenItems, thawed, thawedItems } from './frozen.ts';
import { batchesOf, emptyTables, planOf, play, rulesOf, runtimeOver, shardName, streamsOf } from './played.ts';
import { ASOFS, CURSOR, PLACES, parametersOf, tokens } from './tokens.ts';

const FORMATS = readdirSync(import.meta.dirname)
  .filter((name) => name.startsWith('format-'))
  .map((name) => Number(name.slice('format-'.length)));
const KINDS = ['tumbling', 'hopping', 'cumulate', 'calendar', 'global', 'session', 'stagger'] as const;

describe.each(FORMATS)('format %d', (format) => {
  describe.each([...KINDS, 'large'] as const)('%s', (name) => {
    const frozen = thawed(format, name) as Frozen;

    it('entries say what their batches were', async () => {
      const { runtime, streams } = await opened(frozen);
      for (const shard of [0, 1]) {
        const task = taskId(runtime, 'events', shardName(shard));
        const stored = await runtime.store.log.read(task, 1);
        const entries = stored.map(({ index, body }) => {
          const item = entryName(task, index);
          return decodeEntry(unpack(body, item), item.name, runtime.plan.views);
        });
        const expected = expectedEntries(frozen, shard);
        expect(entries.map(({ views, late, dead, ...rest }) => rest)).toEqual(expected);
        const sequences = streams.records('events', shardName(shard)).map(({ sequence }) => sequence);
        const dead = frozen.events.flatMap((event, i) => (event.shard === shard && i % 5 === 4 ? [event] : []));
        expect(entries.flatMap((entry) => entry.dead.map((letter) => ({ ...letter, bytes: String(letter.bytes) })))).toEqual(
          dead.map(({ ordinal, arrival }) => ({
            sequence: sequences[ordinal],
            arrival,
            reason: 'it is no event',
            bytes: '{"row":null}',
          })),
        );
        const late = naiveFold(rulesOf(frozen), frozen.events).late.filter((event) => event.shard === shard);
        expect(entries.flatMap((entry) => entry.late.map(({ bytes, ...rest }) => rest))).toEqual(
          late.map(({ ordinal, time, arrival }) => ({ sequence: sequences[ordinal], time, arrival, views: ['every'] })),
        );
      }
    });

    it('checkpoints stand where they were written', async () => {
      const { runtime, streams } = await opened(frozen);
      for (const shard of [0, 1]) {
        const task = taskId(runtime, 'events', shardName(shard));
        const manifest = await runtime.store.checkpoints.manifest(task);
        if (!manifest) return expect.fail('there is no checkpoint');
        const item = checkpointName(task, manifest.index);
        const { state } = decodeHead(unpack(manifest.head, item), item.name, runtime.plan.views);
        const taken = batchesOf(frozen, streams, shard)
          .slice(0, manifest.index - 1)
          .flat();
        const events = taken.reduce((sum, { parts }) => sum + parts.length, 0);
        const { index, nonce, sequence, events: seen, dead, ended, children, watermark, lastArrival } = state;
        expect({ index, nonce, sequence, events: seen, dead, ended, children }).toEqual({
          index: manifest.index,
          nonce: 'n',
          sequence: taken.at(-1)?.sequence,
          events,
          dead: events - taken.length,
          ended: false,
          children: [],
        });
        const { watermark: expected, lastArrival: arrival } = expectedEntries(frozen, shard)[manifest.index - 1] as Partial<Entry>;
        expect([watermark, lastArrival]).toEqual([expected, arrival]);
      }
    });

    it('rows are those of the fold, from states, checkpoints, entries and pages', async () => {
      const { runtime } = await opened(frozen);
      const finals = await expectFold(frozen, runtime);
      // Some are read from pages, others from the tasks.
      expect(finals.size).toBe(frozen.window.kind === 'global' ? 1 : 2);
    });

    if (format < FORMAT) {
      it('is gone on with: new batches, a checkpoint in the form of today, a merge', async () => {
        await upgrade(frozen);
      });
    }

    if (format === FORMAT) {
      it('is written again as the same bytes', async () => {
        const { state, results } = await play(frozen);
        expect(comparable(kept(state))).toEqual(comparable(thawedItems(frozen.tables.state as never)));
        expect(comparable(results)).toEqual(comparable(thawedItems(frozen.tables.results as never)));
      });
    }
  });

  it('tokens that readers hold lead where they led', () => {
    const held = thawed(format, 'tokens') as ReturnType<typeof tokens>;
    const read = (text: string, views: string[]) => parseAsOf('as_of', text, views, 'clicks');
    expect(held.asOf.map((token) => read(token, ['clicks']).get('clicks'))).toEqual(ASOFS);
    expect(read(held.seen, ['a', 'b'])).toEqual(
      new Map([
        ['a', ASOFS[0]],
        ['b', ASOFS[1]],
      ]),
    );
    const { path, now, asOf } = CURSOR;
    const checks = { window: isWindow, 'all time': isWindow, 'row of a window': isPlaceInWindow, 'row of a derived view': isDerivedPlace };
    for (const [place, after] of Object.entries(PLACES)) {
      const isPlace = { ...checks, 'kept event': isKeptPlace }[place] as (value: unknown) => value is unknown;
      const cursor = parseCursor(path, parametersOf(`&cursor=${held.cursors[place]}`), isPlace);
      expect(cursor).toEqual({ after, now, asOf });
    }
  });

  it('what is stored means what it meant', async () => {
    expect(await fingerprints()).toEqual(thawed(format, 'fingerprints'));
    const { FORMAT: _, ...constants } = thawed(format, 'constants') as Record<string, unknown>;
    expect(definedConstants).toMatchObject(constants);
  });
});

/** Items without what only saves work. */
function kept(items: readonly Item[]): readonly Item[] {
  const left = items.filter(({ pk }) => !NOTE_PARTS.some((part) => pk.endsWith(`#${part}`)));
  const isMark = (attribute: string): boolean => TASK_MARKS.some((mark) => mark === attribute);
  return left.map((item) =>
    item.pk.endsWith('#tasks') ? (Object.fromEntries(Object.entries(item).filter(([name]) => !isMark(name))) as unknown as Item) : item,
  );
}

it('the format that is written is frozen, with every aggregate there is', () => {
  expect(FORMATS).toContain(FORMAT);
  const { calls } = thawed(FORMAT, 'tumbling') as Frozen;
  const name = ({ fn, call: { distinct, columns } }: Called) => `${fn}(${distinct ? 'DISTINCT ' : ''}${columns})`;
  const missing = CALLS.map(name).filter((call) => !calls.map(name).includes(call));
  expect(missing, 'what is new is frozen by a format of its own, or by a life of its own in this one').toEqual([]);
  expect(tokens()).toEqual(thawed(FORMAT, 'tokens'));
  expect(formatAsOf('clicks', ASOFS[0] as never)).not.toBe(formatSeen(['clicks'], new Map([['clicks', ASOFS[1] as never]])));
  expect(formatCursor('/a', parametersOf(''), { after: 1, now: 0 })).not.toBe(formatCursor('/b', parametersOf(''), { after: 1, now: 0 }));
});

/** A runtime over the frozen tables. */
async function opened(frozen: Frozen, clock?: () => number) {
  const end = Math.max(...frozen.events.flatMap(({ time, arrival }) => [time, arrival]));
  const now = clock ?? (() => end);
  const streams = streamsOf(frozen, now);
  const tables = emptyTables();
  const fill = (table: MemoryTable, items: readonly unknown[]) => table.putAll(thawedItems(items as never));
  await fill(tables.state, frozen.tables.state);
  await fill(tables.results, frozen.tables.results);
  return { streams, runtime: runtimeOver(tables, planOf(frozen), streams, now) };
}

/** All rows are those of the fold. @returns whether there are final ones, and others */
async function expectFold(frozen: Frozen, runtime: Runtime): Promise<Set<boolean>> {
  const { panes } = naiveFold(rulesOf(frozen), frozen.events);
  const reader = createReader(runtime, { followEvery: 0 });
  const { windows } = await readWindows(reader, { view: 'every', order: 'asc', limit: 10_000 });
  const everywhere = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
  const found = new Set<string>();
  const finals = new Set<boolean>();
  for (const window of frozen.window.kind === 'global' ? [everywhere] : windows) {
    const wanted = frozen.window.kind === 'global' ? 'latest' : { start: window.start, end: window.end };
    const { rows } = await readWindowRows(reader, { view: 'every', window: wanted, orderBy: [], limit: 1000 });
    for (const row of rows) {
      const pane = `${window.start}/${window.end} ${row.k}`;
      found.add(pane);
      finals.add(row.final);
      const events = panes.get(pane) ?? expect.fail(`there is a row for ${pane}, of which there are no events`);
      if (frozen.events.length > 1000) expectLarge(row, events, frozen.calls);
      else expectRow(row, events, window, frozen.calls);
      expectUnnamed(row, events);
    }
  }
  expect([...found].sort()).toEqual([...panes.keys()].sort());
  return finals;
}

/** Goes on with a frozen life: what it then holds is that of the fold, and its checkpoints are in the form of today. */
async function upgrade(frozen: Frozen): Promise<void> {
  let now = Math.max(...frozen.events.flatMap(({ time, arrival }) => [time, arrival])) + 60_001;
  const { streams, runtime } = await opened(frozen, () => now);
  const [child] = streams.reshard('events', [shardName(0)], 1);
  // As the life before, but later: none of them is late.
  const more = frozen.events.slice(0, 12).map((event, i): NaiveEvent => {
    const ordinal = Math.floor(i / 2) + (event.shard === 0 ? 0 : 1000);
    return { ...event, shard: event.shard === 0 ? 2 : 1, ordinal, time: now + i, arrival: now + i };
  });
  for (const { shard, time, arrival, row } of more) {
    streams.put('events', { shard: shardName(shard), arrival, parts: [{ value: { time, row } }] });
  }
  for (const shard of [child as string, shardName(1)]) {
    const records = streams.records('events', shard).slice(-6);
    await processBatch(runtime, { stream: 'events', shard, records, deadline: Number.POSITIVE_INFINITY });
    const { manifest } = await checkpointed(runtime, shard);
    const task = taskId(runtime, 'events', shard);
    const head = checkpointName(task, manifest?.index ?? 0);
    expect(unpack(manifest?.head as Uint8Array, head)[0]).toBe(FORMAT);
    const ids = (manifest?.buckets ?? []).filter((id) => id !== '');
    const buckets = await runtime.store.checkpoints.buckets(task, ids);
    expect(buckets.map((bucket, i) => unpack(bucket as Uint8Array, bucketName(task, ids[i] as string))[0])).toEqual(ids.map(() => FORMAT));
  }
  const all = { ...frozen, events: [...frozen.events, ...more] };
  await expectFold(all, runtime);
  for (let i = 0; i < 3; i++) {
    now += 7 * 86_400_000;
    await tick(runtime, { deadline: Number.POSITIVE_INFINITY });
  }
  const finals = await expectFold(all, runtime);
  expect([...finals]).toEqual([frozen.window.kind !== 'global']);
}

/** What the entries of a shard say besides panes, late and dead events: by its batches and the rules alone. */
function expectedEntries(frozen: Frozen, shard: number): object[] {
  const now = Math.max(...frozen.events.flatMap(({ time, arrival }) => [time, arrival]));
  const streams = streamsOf(frozen, () => now);
  const of = (taken: number) => clockOf(frozen, shard, taken);
  const quiet = { events: 0, records: 0, deadRecords: 0, version: '7', children: [] };
  const entries: object[] = [{ ...quiet, kind: 'genesis', first: '', last: '', watermark: -Infinity, base: -Infinity, lastArrival: now }];
  let taken = 0;
  let last = '';
  let started = { ...of(0), lastArrival: now };
  for (const batch of batchesOf(frozen, streams, shard)) {
    taken += batch.length;
    last = batch.at(-1)?.sequence ?? '';
    started = { ...of(taken), lastArrival: Math.max(now, of(taken).lastArrival) };
    const events = batch.reduce((sum, { parts }) => sum + parts.length, 0);
    entries.push({ ...quiet, kind: 'batch', first: batch[0]?.sequence, last, ...started, events, records: batch.length });
  }
  const idle = { ...quiet, first: last, last, ...started };
  if (shard === 0) entries.push({ ...idle, kind: 'end', children: [shardName(2)] });
  // Both clocks stood still for a millisecond longer than a shard may. All of time waits for none.
  else if (frozen.window.kind !== 'global') {
    const latest = Math.max(...[0, 1].map((one) => clockOf(frozen, one, Number.POSITIVE_INFINITY).base));
    entries.push({ ...idle, kind: 'idle', watermark: latest + 1 });
  }
  return entries;
}

/** How far a shard's clock is after so many of its events. */
function clockOf({ events, maxOutOfOrderness }: Frozen, shard: number, taken: number) {
  const seen = events.filter((event) => event.shard === shard).slice(0, taken);
  const watermark = Math.max(-Infinity, ...seen.map(({ time, arrival }) => Math.min(time, arrival) - maxOutOfOrderness));
  return { watermark, base: watermark, lastArrival: Math.max(0, ...seen.map(({ arrival }) => arrival)) };
}

/** What stands behind no name in SQL, worked out from the events. */
function expectUnnamed(row: Readonly<Record<string, unknown>>, events: readonly NaiveEvent[]): void {
  const texts = events.flatMap(({ row: { s } }) => (s === null ? [] : [s as string]));
  expect(row.names).toBe(texts.sort().join());
  expect(row.greatest).toBe(Math.max(-1, ...events.map(({ row: { m } }) => (m === null ? -1 : (m as number)))));
  const xs = events.flatMap(({ row: { x } }) => (x === null ? [] : [x as number]));
  if (xs.length === 0) expect(row.average).toBeNull();
  else expect(row.average).toBeCloseTo(xs.reduce((sum, x) => sum + x, 0) / xs.length, 6);
}

/** Items as they are compared: bodies as what was packed, in one piece. How well they were compressed is not what they mean. */
function comparable(items: readonly Item[]): unknown[] {
  const pieces = new Map(items.map((item) => [item.pk, item.body as Uint8Array]));
  const inPieces = new Set(items.flatMap(({ pieces_in }) => (pieces_in === undefined ? [] : [String(pieces_in)])));
  const isPiece = ({ pk }: Item): boolean => inPieces.has(pk.replace(/#\d+$/, ''));
  const whole = items
    .filter((item) => !isPiece(item))
    .map(({ pieces: count, pieces_in, ...item }): Item => {
      if (count === undefined) return item as Item;
      const parts = Array.from({ length: Number(count) }, (_, i) => pieces.get(`${pieces_in}#${i}`) as Uint8Array);
      return { ...item, body: new Uint8Array(Buffer.concat(parts)) } as Item;
    });
  const unpacked = whole.map((item): Item => {
    const bytes = Object.entries(item).filter(([, value]) => value instanceof Uint8Array);
    return { ...item, ...Object.fromEntries(bytes.map(([name, value]) => [name, zstdDecompressSync((value as Uint8Array).subarray(4))])) };
  });
  return frozenItems(unpacked);
}

/** Very many values: sketches within their errors, lists and texts up to where they were cut. */
function expectLarge(row: Readonly<Record<string, unknown>>, events: readonly NaiveEvent[], calls: readonly Called[]): void {
  const window = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
  calls.forEach((called, i) => {
    const { fn, call } = called;
    const found = row[`a${i}`];
    const naive = naiveAggregate(fn, call, events, window);
    const expected = typeof naive === 'bigint' ? Number(naive) : naive;
    const about = `${fn}(${call.distinct ? 'DISTINCT ' : ''}${call.columns})`;
    const [column = ''] = call.columns;
    if (call.distinct && column === 's') expect(found, about).toBeNull();
    else if (typeof found === 'number' && typeof expected === 'number') {
      const tolerance = { approx_count_distinct: 0.05, approx_quantile: 0.0101, median: 0.0101 }[fn] ?? 1e-9;
      expect(Math.abs(found - expected), about).toBeLessThanOrEqual(tolerance * Math.abs(expected));
    } else if (fn === 'approx_top_k') {
      for (const { value, count, error } of found as TopValue[]) {
        const times = events.filter((event) => event.row[column] === value).length;
        expect([times <= count, times >= count - error], about).toEqual([true, true]);
      }
    } else if (fn === 'array_agg') {
      const [kept, cut] = [(found as unknown[]).slice(0, -1), (found as unknown[]).at(-1)];
      expect(kept, about).toEqual((expected as unknown[]).slice(0, kept.length));
      expect(cut, about).toEqual({ cut: (expected as unknown[]).length - kept.length });
    } else if (fn === 'string_agg') {
      const [kept, more] = (found as string).split(/; … \((\d+) more\)$/) as [string, string];
      expect((expected as string).startsWith(kept), about).toBe(true);
      expect(Number(more), about).toBe((expected as string).split('; ').length - kept.split('; ').length);
    } else expect(found, about).toEqual(expected);
  });
}
