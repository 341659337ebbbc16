// What entries, checkpoints and pages become as bytes, with the states of every aggregate there is: it comes back, and bytes that are
// something else are refused by name or work like what they say, whatever a checksum would have said before.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply } from '../../lib/core/apply.ts';
import { decodeBucket, decodeHead, encodeBuckets, encodeHead } from '../../lib/core/checkpoint-codec.ts';
import type { Row } from '../../lib/core/column.ts';
import type { Entry } from '../../lib/core/entry.ts';
import { decodeEntry, encodeEntry } from '../../lib/core/entry-codec.ts';
import { MillraceError } from '../../lib/core/errors.ts';
import { keyPanes, mergedSpans } from '../../lib/core/key-results.ts';
import { decodePage, decodeSpans, encodePage, encodeSpans } from '../../lib/core/page-codec.ts';
import { collectPanes, openWindows, resultRow } from '../../lib/core/result.ts';
import { emptyState, type TaskState, viewState } from '../../lib/core/state.ts';
import { step } from '../../lib/core/step.ts';
import type { UnalignedState } from '../../lib/core/unaligned/unaligned-state.ts';
import { hasKeyWindows, timed, type ViewSpec } from '../../lib/core/view.ts';
import { type Window, type WindowSpec, windowName } from '../../lib/core/window.ts';
import { type Drawn, drawnFor, everyView, KINDS } from '../support/every-view.ts';

const text = fc.string({ unit: 'binary', maxLength: 8 });
const instant = fc.oneof(fc.integer(), fc.constant(Number.NEGATIVE_INFINITY), fc.maxSafeInteger());
const kept = fc.option(fc.uint8Array({ maxLength: 30 }), { nil: undefined });
/** What an entry holds besides panes. */
const besides = fc.record({
  kind: fc.constantFrom<Entry['kind']>('genesis', 'batch', 'idle', 'end'),
  first: text,
  last: text,
  watermark: instant,
  base: instant,
  lastArrival: fc.integer(),
  events: fc.nat(),
  records: fc.integer({ min: 1000 }),
  deadRecords: fc.nat(1000),
  version: text,
  children: fc.array(text, { maxLength: 3 }),
  late: fc.array(fc.record({ sequence: text, time: fc.integer(), arrival: fc.integer(), views: fc.array(text), bytes: kept }), {
    maxLength: 3,
  }),
  dead: fc.array(fc.record({ sequence: text, arrival: fc.integer(), reason: text, bytes: kept }), { maxLength: 3 }),
});
const kinds = fc.constantFrom(...(Object.keys(KINDS) as WindowSpec['kind'][]));
const drawn = kinds.chain((kind) => drawnFor(kind, 1, 12));

interface Made {
  readonly views: readonly ViewSpec[];
  readonly view: ViewSpec;
  readonly entry: Entry;
  readonly state: TaskState;
}

function made({ rules, events }: Drawn, more: Partial<Entry>): Made {
  const view = everyView(rules.windows, rules.allowedLateness, rules.arrival);
  const stream = {
    name: 'events',
    maxOutOfOrderness: rules.maxOutOfOrderness,
    maxAhead: Number.POSITIVE_INFINITY,
    maxBehind: Number.POSITIVE_INFINITY,
  };
  const context = { stream, views: [view], shard: 0, version: '1', mergedThrough: () => 5 };
  const incoming = events.map(({ ordinal, time, arrival, row }) => ({
    sequence: String(ordinal + 1),
    time,
    arrival,
    row: row as Row,
    bytes: () => new Uint8Array([1]),
  }));
  const entry = { ...step(context, emptyState(), incoming), ...more };
  const state = emptyState();
  apply([view], state, decodeEntry(encodeEntry(entry, [view]), 'entry', [view]), { index: 1, nonce: 'n', committedAt: 7, bytes: 9 });
  return { views: [view], view, entry, state };
}

const checkpointOf = ({ state, views }: Made, buckets: number) => ({
  head: encodeHead(state, views, 17),
  buckets: encodeBuckets(state, views, buckets, () => true),
});

/** The pages of each window. */
function pagesOf({ state, view }: Pick<Made, 'state' | 'view'>): { page: Uint8Array; window: Window }[] {
  const held = viewState(state, view);
  if (hasKeyWindows(view)) {
    return keyPanes(view, (held.held as UnalignedState).spans).map(({ key, window, spans }) => {
      const pane = mergedSpans(view, spans);
      return { page: encodeSpans(view, [{ key, ...window, reach: window.start, pane }]), window };
    });
  }
  return openWindows(timed(view), [held], Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY).map((window) => {
    const panes = new Map<string, unknown[]>();
    collectPanes(timed(view), held, window, panes);
    return { page: encodePage(view, window, [...panes]), window };
  });
}

function readPage(page: Uint8Array, item: string, view: ViewSpec): Map<string, unknown[]> {
  if (!hasKeyWindows(view)) return decodePage(page, item, view);
  return new Map(decodeSpans(page, item, view).map(({ key, pane }) => [key, pane]));
}

/** What a state's pages say, by window and key. */
function rowsOf(view: ViewSpec, state: TaskState): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const { page, window } of pagesOf({ view, state })) {
    for (const [key, pane] of readPage(page, 'page', view)) rows.set(`${windowName(window)} ${key}`, resultRow(view, key, window, pane));
  }
  return rows;
}

describe('an entry, a checkpoint, a page', () => {
  it('comes back as it was: written again, it is the same bytes', () => {
    fc.assert(
      fc.property(drawn, besides, fc.constantFrom(1, 2, 8), (events, more, buckets) => {
        const given = made(events, more);
        const { views, view, entry } = given;
        const bytes = encodeEntry(entry, views);
        const { views: deltas, ...rest } = decodeEntry(bytes, 'entry', views);
        const { views: _, ...expected } = entry;
        expect({ ...rest, dead: undefined }).toEqual({ ...expected, dead: undefined });
        // A reason may have been cut within a character; what is stored is Unicode.
        expect(rest.dead).toEqual(expected.dead.map((letter) => ({ ...letter, reason: letter.reason.toWellFormed() })));
        expect(encodeEntry({ ...rest, views: deltas }, views)).toEqual(bytes);

        const checkpoint = checkpointOf(given, buckets);
        const { state, size } = decodeHead(checkpoint.head, 'head', views);
        for (const bucket of checkpoint.buckets.values()) decodeBucket(bucket, 'bucket', views, state);
        expect(encodeHead(state, views, size)).toEqual(checkpoint.head);
        expect(rowsOf(view, state)).toEqual(rowsOf(view, given.state));
      }),
      { numRuns: 30 },
    );
  });

  it('cut, lengthened or changed, is refused by name or read as what it then says', () => {
    const spoil = fc.record({
      how: fc.constantFrom('cut', 'lengthen', 'flip', 'swap', 'random'),
      at: fc.nat(),
      to: fc.nat(),
      more: fc.uint8Array({ minLength: 1, maxLength: 9 }),
    });
    let refused = 0;
    fc.assert(
      fc.property(drawn, besides, fc.array(spoil, { minLength: 20, maxLength: 40 }), (events, more, spoils) => {
        const given = made(events, more);
        const { views, view } = given;
        const { head, buckets } = checkpointOf(given, 2);
        const readers: [Uint8Array, (bytes: Uint8Array) => unknown][] = [
          [encodeEntry(given.entry, views), (bytes) => decodeEntry(bytes, 'ITEM 7', views)],
          [head, (bytes) => decodeHead(bytes, 'ITEM 7', views)],
          ...[...buckets.values()].map((bucket): (typeof readers)[number] => [bucket, (bytes) => readBucket(bytes, views)]),
          ...pagesOf(given).map(({ page }): (typeof readers)[number] => [page, (bytes) => readPage(bytes, 'ITEM 7', view)]),
        ];
        for (const [bytes, read] of readers) {
          for (const one of spoils) {
            try {
              work(view, read(spoilt(bytes, one)));
            } catch (error) {
              expect(error, String((error as Error).stack)).toBeInstanceOf(MillraceError);
              const { code, message } = error as MillraceError;
              expect(code).toMatch(/^(corrupt|incompatible)$/);
              expect(message).toContain('ITEM 7');
              refused++;
            }
          }
        }
      }),
      { numRuns: 25 },
    );
    expect(refused).toBeGreaterThan(500);
  });
});

/** What is refused of a bucket leaves the state as it was. */
function readBucket(bytes: Uint8Array, views: readonly ViewSpec[]): TaskState {
  const state = emptyState();
  try {
    decodeBucket(bytes, 'ITEM 7', views, state);
  } catch (error) {
    expect(state).toEqual(emptyState());
    throw error;
  }
  return state;
}

/** A page whose change cannot be told must work like one. */
function work(view: ViewSpec, read: unknown): void {
  if (!(read instanceof Map)) return;
  for (const [key, pane] of read as Map<string, unknown[]>) {
    if (!key.startsWith('\0')) resultRow(view, key, { start: 0, end: 1000 }, pane);
  }
}

function spoilt(bytes: Uint8Array, { how, at, to, more }: { how: string; at: number; to: number; more: Uint8Array }): Uint8Array {
  const changed = bytes.slice();
  const [i, j] = [at % bytes.length, to % bytes.length];
  switch (how) {
    case 'cut':
      return bytes.subarray(0, i);
    case 'lengthen':
      return Buffer.concat([bytes, more]);
    case 'flip':
      changed[i] = (changed[i] as number) ^ (1 << (to % 8));
      return changed;
    case 'swap':
      changed[i] = bytes[j] as number;
      changed[j] = bytes[i] as number;
      return changed;
    default:
      changed.set(more.subarray(0, bytes.length - i), i);
      return changed;
  }
}
