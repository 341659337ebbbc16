import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply } from '../../lib/core/apply.ts';
import { decodeBucket, decodeHead, encodeBuckets, encodeHead } from '../../lib/core/checkpoint-codec.ts';
import { decodeEntry, encodeEntry } from '../../lib/core/entry-codec.ts';
import type { Incoming } from '../../lib/core/event.ts';
import { emptyState, type TaskState, viewState } from '../../lib/core/state.ts';
import { type StepContext, step } from '../../lib/core/step.ts';
import type { DedupeSpec, ViewSpec } from '../../lib/core/view.ts';
import { bagView } from '../support/views.ts';

const GLOBAL = bagView({ kind: 'tumbling', size: 1e12, slide: 1e12, offset: 0 } as const, 0);
const DEDUPE: DedupeSpec = { partitionKey: 'k', by: 'n', within: 30_000, maxIds: 1_000_000 };
const OUT_OF_ORDER = 5000;

interface Drawn {
  readonly id: number;
  readonly k: string;
  readonly n: string | number | bigint | null;
  readonly time: number;
  readonly arrival: number;
  readonly partitionKey?: string;
}

function contextOf(dedupe: DedupeSpec, views: readonly ViewSpec[] = [GLOBAL]): StepContext {
  return {
    stream: { name: 'events', maxOutOfOrderness: OUT_OF_ORDER, maxAhead: 86_400_000, maxBehind: 86_400_000, dedupe },
    views,
    shard: 0,
    version: 'v1',
    mergedThrough: () => Number.NEGATIVE_INFINITY,
  };
}

function incoming({ id, k, n, time, arrival, partitionKey }: Drawn): Incoming {
  const row = { k, n, id, at: time };
  return { sequence: String(id + 1), arrival, time, row, bytes: () => new Uint8Array([1]), partitionKey: () => partitionKey };
}

/** A state as another process reads it from its checkpoint. */
function reread(state: TaskState, buckets: number): TaskState {
  const head = decodeHead(encodeHead(state, [GLOBAL], 0), 'head', [GLOBAL]);
  for (const body of encodeBuckets(state, [GLOBAL], buckets, () => true).values()) decodeBucket(body, 'bucket', [GLOBAL], head.state);
  return head.state;
}

/** Takes batches of the given sizes in turn, each entry through its stored form; after every so many batches the state comes from a checkpoint. */
function run(context: StepContext, drawn: readonly Drawn[], cuts: readonly number[], checkpointEvery = Number.POSITIVE_INFINITY) {
  let state = emptyState();
  const late: number[] = [];
  const dead: { readonly id: number; readonly reason: string }[] = [];
  let deadRecords = 0;
  for (let from = 0, turn = 0; from < drawn.length; turn++) {
    const size = cuts[turn % cuts.length] as number;
    const bytes = encodeEntry(step(context, state, drawn.slice(from, from + size).map(incoming)), context.views);
    const entry = decodeEntry(bytes, 'entry', context.views);
    apply(context.views, state, entry, { index: state.index + 1, nonce: `n${turn}`, committedAt: 0, bytes: 1 });
    late.push(...entry.late.map(({ sequence }) => Number(sequence) - 1));
    dead.push(...entry.dead.map(({ sequence, reason }) => ({ id: Number(sequence) - 1, reason })));
    deadRecords += entry.deadRecords;
    if (turn % checkpointEvery === checkpointEvery - 1) state = reread(state, 1 + (turn % 4));
    from += size;
  }
  return { state, counted: countedIn(state), late, dead, deadRecords };
}

function countedIn(state: TaskState): number[] {
  const ids: number[] = [];
  for (const [, cells] of (viewState(state, GLOBAL).held as unknown as { cells: Map<number, { panes: Map<string, unknown[]> }[]> }).cells) {
    for (const { panes } of cells) for (const [bag] of panes.values()) ids.push(...(bag as number[]));
  }
  return ids.sort((a, b) => a - b);
}

/** The rule, as plainly as possible: a list of what was ever counted, from which nothing is removed. */
function naive(drawn: readonly Drawn[], { within, maxIds }: DedupeSpec) {
  const seen: { readonly name: string; readonly until: number }[] = [];
  const told = { counted: [] as number[], duplicates: 0, late: [] as number[], full: [] as number[] };
  let watermark = Number.NEGATIVE_INFINITY;
  for (const { id, k, n, time, arrival } of drawn) {
    watermark = Math.max(watermark, Math.min(time, arrival) - OUT_OF_ORDER, arrival - 86_400_000 - OUT_OF_ORDER);
    const name = JSON.stringify([k, String(n)]);
    const remembered = seen.filter(({ until }) => until > watermark);
    if (time + within <= watermark) told.late.push(id);
    else if (remembered.some((one) => one.name === name)) told.duplicates++;
    else if (remembered.length >= maxIds) told.full.push(id);
    else {
      told.counted.push(id);
      seen.push({ name, until: time + within });
    }
  }
  return told;
}

const streams = fc
  .array(
    fc.record({
      k: fc.constantFrom('a', 'b', '1', '11'),
      n: fc.constantFrom('1', '11', '1a', '', 'x', 'ü'),
      back: fc.oneof({ weight: 5, arbitrary: fc.nat(3000) }, { weight: 1, arbitrary: fc.nat(90_000) }),
      wait: fc.oneof({ weight: 5, arbitrary: fc.nat(4000) }, { weight: 1, arbitrary: fc.nat(60_000) }),
    }),
    { minLength: 1, maxLength: 80 },
  )
  .map((drawn) => {
    let arrival = 1_500_000_000_000;
    return drawn.map(({ k, n, back, wait }, id): Drawn => {
      arrival += wait;
      return { id, k, n, time: arrival - back, arrival };
    });
  });

describe('an event with the id and partition key of one that was counted', () => {
  it('is a duplicate as a plain list of ids says, however the stream is cut into batches and whenever the state comes from a checkpoint', () => {
    const drawn = fc.record({
      stream: streams,
      within: fc.constantFrom(1, 9_999, 10_000, 30_000, 100_000),
      maxIds: fc.constantFrom(1, 3, 1_000_000),
      cuts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
      checkpointEvery: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(drawn, ({ stream, within, maxIds, cuts, checkpointEvery }) => {
        const spec = { ...DEDUPE, within, maxIds };
        const { state, counted, late, dead, deadRecords } = run(contextOf(spec), stream, cuts, checkpointEvery);
        const wanted = naive(stream, spec);
        expect(counted).toEqual(wanted.counted);
        expect(late).toEqual(wanted.late);
        expect(dead.map(({ id }) => id)).toEqual(wanted.full);
        expect([state.duplicates, state.late, state.dead, state.events]).toEqual([
          wanted.duplicates,
          wanted.late.length,
          wanted.full.length,
          stream.length,
        ]);
        // A full memory says nothing about the version, so it does not open the circuit breaker.
        expect(deadRecords).toBe(0);
      }),
      { numRuns: 400 },
    );
  });

  const first: Drawn = { id: 0, k: 'a', n: 'x', time: 1_000_000, arrival: 1_000_000 };
  const event = (id: number, change: Partial<Drawn>): Drawn => ({ ...first, id, ...change });
  const clock = (ms: number): Drawn => event(8, { k: 'b', n: 'clock', time: 1_000_000 + ms + OUT_OF_ORDER, arrival: 2_000_000 });

  it.each([
    ['at once', [first, event(1, {})], [0], 1, []],
    ['with another content', [first, event(1, { time: 1_010_000, arrival: 1_010_000 })], [0], 1, []],
    ['with another partition key', [first, event(1, { k: 'b' })], [0, 1], 0, []],
    ['whose key and id joined are the same text', [event(0, { k: 'a', n: '1x' }), event(1, { k: 'a1', n: 'x' })], [0, 1], 0, []],
    ['a millisecond before the watermark is past it', [first, clock(29_999), event(1, {})], [0, 8], 1, []],
    ['when the watermark is past it: no one can tell, so it is late', [first, clock(30_000), event(1, {})], [0, 8], 0, [1]],
    ['later, when the id is forgotten', [first, clock(30_000), event(1, { time: 1_040_000 })], [0, 1, 8], 0, []],
    [
      'again and again: the first one decides until when',
      [first, event(1, { time: 1_020_000 }), clock(30_000), event(2, { time: 1_031_000 })],
      [0, 2, 8],
      1,
      [],
    ],
    ['a number that is the same text as another', [event(0, { n: 7 }), event(1, { n: 7n })], [0], 1, []],
  ] as const)('%s', (_, drawn, counted, duplicates, late) => {
    const told = run(contextOf(DEDUPE), drawn, [100]);
    expect([told.counted, told.state.duplicates, told.late]).toEqual([counted, duplicates, late]);
    expect(naive(drawn, DEDUPE)).toMatchObject({ duplicates, late });
  });

  it('is no duplicate if the other one was a dead letter of all views, so that this can be put again', () => {
    const failing = { ...GLOBAL, transforms: [(row: Record<string, unknown>) => (row.id === 0 ? fail() : row)] };
    const context = contextOf(DEDUPE, [failing]);
    const { state, counted, dead } = run(context, [first, event(1, {}), event(2, {})], [3]);
    expect([counted, state.duplicates, dead.map(({ id }) => id)]).toEqual([[1], 1, [0]]);
  });

  it('is a duplicate if one view could not take the other one, because the rest counted it', () => {
    const failing = { ...GLOBAL, name: 'failing', transforms: [() => fail()] };
    const { state, counted, dead } = run(contextOf(DEDUPE, [GLOBAL, failing]), [first, event(1, {})], [2]);
    expect([counted, state.duplicates, dead.map(({ id }) => id)]).toEqual([[0], 1, [0]]);
  });

  it('leaves no entry otherwise than before where nothing leaves out duplicates', () => {
    const { dedupe: _, ...stream } = contextOf(DEDUPE).stream;
    const entry = step({ ...contextOf(DEDUPE), stream }, emptyState(), [incoming(first), incoming(event(1, {}))]);
    expect(Object.keys(entry)).not.toContain('ids');
    const state = emptyState();
    apply([GLOBAL], state, entry, { index: 1, nonce: 'n', committedAt: 0, bytes: 1 });
    expect([countedIn(state), state.ids.size]).toEqual([[0, 1], 0]);
  });
});

describe('the checked partition key', () => {
  const holds = (key: string): boolean => key !== 'elsewhere';
  const judged = (row: Record<string, unknown>, partitionKey: string | undefined): string | undefined => {
    const event = { ...incoming({ id: 0, k: '', n: 'x', time: 0, arrival: 0 }), row: { n: 'x', ...row }, partitionKey: () => partitionKey };
    return step({ ...contextOf(DEDUPE), holdsKey: holds }, emptyState(), [event as Incoming]).dead[0]?.reason;
  };

  it.each([
    ['a text is itself', { k: 'a' }, 'a'],
    ['a whole number is its digits', { k: 42 }, '42'],
    ['one beyond 2^53 as well', { k: 2n ** 62n }, '4611686018427387904'],
    ['a negative one has a sign', { k: -1 }, '-1'],
    ['true is true', { k: true }, 'true'],
    ['a source without partition keys has no wrong one', { k: 'a' }, undefined],
  ])('%s', (_, row, partitionKey) => {
    expect(judged(row, partitionKey)).toBeUndefined();
  });

  it.each([
    ['another key', { k: 'a' }, 'b', 'wrong partition key: the record has "b", and column "k" is "a"'],
    ['another case', { k: 'a' }, 'A', 'wrong partition key: the record has "A", and column "k" is "a"'],
    ['a number with a point', { k: 42 }, '42.0', 'wrong partition key: the record has "42.0", and column "k" is "42"'],
    ['no value', { k: null }, 'null', 'wrong partition key: column "k" is null'],
    ['no column', {}, 'undefined', 'wrong partition key: column "k" is null'],
    ['a value without a single text', { k: { a: 1 } }, '[object Object]', 'wrong partition key: column "k" is null'],
    [
      'an explicit hash key',
      { k: 'elsewhere' },
      'elsewhere',
      'wrong shard: partition key "elsewhere" hashes into another one, so the record was put with an explicit hash key, or aggregated with records of other shards',
    ],
    ['no id', { k: 'a', n: null }, 'a', 'column "n": expected an id to deduplicate by, got null'],
    [
      'an id that is too long',
      { k: 'a', n: 'x'.repeat(257) },
      'a',
      'column "n": expected at most 256 characters to deduplicate by, got 257',
    ],
  ])('refuses %s', (_, row, partitionKey, reason) => {
    expect(judged(row, partitionKey)).toBe(reason);
  });

  it('takes an event from no view where nothing relies on it', () => {
    const { dedupe: _, ...stream } = contextOf(DEDUPE).stream;
    const event = incoming({ id: 0, k: 'a', n: 'x', time: 0, arrival: 0, partitionKey: 'b' });
    expect(step({ ...contextOf(DEDUPE), stream, holdsKey: () => false }, emptyState(), [event]).dead).toEqual([]);
  });

  it('an event with a wrong one does not advance the watermark', () => {
    const { state } = run(contextOf(DEDUPE), [{ id: 0, k: 'a', n: 'x', time: 0, arrival: 0, partitionKey: 'b' }], [1]);
    expect(state.watermark).toBe(Number.NEGATIVE_INFINITY);
  });
});

function fail(): never {
  throw new Error('it fails');
}
