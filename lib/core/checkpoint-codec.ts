import { ByteWriter } from './bytes.ts';
import { type Codec, decode, encode, flag, growing, list, number, openItem, pair, record, text, varuint, writeHeader } from './codec.ts';
import type { CellDelta, KeySpan } from './entry.ts';
import { cellCodec } from './entry-codec.ts';
import { MillraceError } from './errors.ts';
import { spansCodec } from './span-codec.ts';
import { cellAt, emptyState, type TaskState, viewState } from './state.ts';
import { FORMAT, hashKey, SLOTS } from './stored.ts';
import { hasKeyWindows, type ViewSpec } from './view.ts';
import type { Span } from './windows/session.ts';

/** The bucket of a checkpoint that holds a key. */
function bucketOf(key: string, buckets: number): number {
  return (hashKey(key) % SLOTS) % buckets;
}

/** What a head says of a view. */
interface HeldView {
  readonly name: string;
  readonly fingerprint: string;
  readonly dropped: number;
}

/** What is stored of a state besides its panes. */
type Kept = Pick<
  TaskState,
  'index' | 'nonce' | 'sequence' | 'watermark' | 'base' | 'lastArrival' | 'events' | 'late' | 'dead' | 'ended' | 'children' | 'outcomes'
>;

/** A head: what is kept, what it says of each view, and the bytes of all buckets together. */
const headCodec: Codec<Kept & { readonly views: readonly HeldView[]; readonly size: number }> = growing(
  {
    index: varuint,
    nonce: text,
    sequence: text,
    watermark: number,
    base: number,
    lastArrival: number,
    events: varuint,
    late: varuint,
    dead: varuint,
    ended: flag,
    children: list(text),
    outcomes: record({ version: text, counts: list(pair(varuint, varuint), 2) }),
    views: list(record<HeldView>({ name: text, fingerprint: text, dropped: number }), 3),
    size: varuint,
  },
  {},
);

/**
 * The part of a state that is not panes, as bytes.
 *
 * @param size bytes of all buckets together, which a reader uses to decide when the next checkpoint is due
 */
export function encodeHead(state: TaskState, views: readonly ViewSpec[], size: number): Uint8Array<ArrayBuffer> {
  const held = views.filter(({ name }) => state.views.has(name));
  const heldViews = held.map(({ name, fingerprint }) => ({ name, fingerprint, dropped: viewState(state, name).dropped }));
  return encode(headCodec, { ...state, views: heldViews, size }, 512);
}

/** A state without panes, and the checkpoint's size, as {@link encodeHead} wrote them. */
export function decodeHead(bytes: Uint8Array, item: string, views: readonly ViewSpec[]): { state: TaskState; size: number } {
  const { views: held, size, ...kept } = decode(headCodec, bytes, item);
  const state: TaskState = { ...emptyState(), ...kept };
  // The next checkpoint writes all of it in the form of today.
  if (openItem(bytes, item).format < FORMAT) state.dirty.fill(1);
  for (const { name, fingerprint, dropped } of held) {
    const view = views.find((v) => v.name === name);
    if (!view) {
      // All buckets are written anew, so that what they hold of it goes: a view of its name that comes later must not find a part.
      state.dirty.fill(1);
      state.unknownViewAt = state.lastArrival;
      continue;
    }
    if (view.fingerprint !== fingerprint) {
      throw new MillraceError('incompatible', `view "${name}" has changed since ${item} was written: give the changed view another name`);
    }
    viewState(state, name).dropped = dropped;
  }
  return { state, size };
}

/** The panes of every bucket, as bytes; an empty array for a bucket without panes. Only the buckets asked for are made. */
export function encodeBuckets(
  state: TaskState,
  views: readonly ViewSpec[],
  buckets: number,
  wanted: (bucket: number) => boolean,
): Map<number, Uint8Array<ArrayBuffer>> {
  const writers = new Map<number, ByteWriter>();
  const write = (view: ViewSpec, bucket: number, body: (out: ByteWriter) => void): void => {
    let out = writers.get(bucket);
    if (!out) {
      out = new ByteWriter(4096);
      writeHeader(out);
      writers.set(bucket, out);
    }
    out.text(view.name);
    out.part(body);
  };
  for (const view of views) {
    const held = state.views.get(view.name);
    for (const cell of [...(held?.cells.values() ?? [])].flat()) {
      for (const [bucket, panes] of split(cell.panes, buckets, wanted)) {
        const { start, fromEnd } = cell;
        const part = { start, fromEnd, keys: panes.map(([key]) => key), panes: panes.map(([, pane]) => pane) };
        write(view, bucket, (out) => cellCodec(view).write(part, out));
      }
    }
    for (const [bucket, keys] of split(held?.spans ?? new Map<string, Span[]>(), buckets, wanted)) {
      const spans = keys.flatMap(([key, of]) => of.map((span) => ({ ...span, key })));
      write(view, bucket, (out) => spansCodec(view).write(spans, out));
    }
  }
  return new Map(Array.from(writers, ([bucket, out]) => [bucket, out.finish()]));
}

/** What belongs to each of the buckets asked for. */
function split<T>(byKey: ReadonlyMap<string, T>, buckets: number, wanted: (bucket: number) => boolean): Map<number, [string, T][]> {
  const parts = new Map<number, [string, T][]>();
  for (const [key, value] of byKey) {
    const bucket = bucketOf(key, buckets);
    if (!wanted(bucket)) continue;
    const part = parts.get(bucket);
    if (part) part.push([key, value]);
    else parts.set(bucket, [[key, value]]);
  }
  return parts;
}

/** Adds a bucket's panes to a state. All of it is read before anything is added. */
export function decodeBucket(bytes: Uint8Array, item: string, views: readonly ViewSpec[], state: TaskState): void {
  const input = openItem(bytes, item);
  const parts: { readonly name: string; readonly cell?: CellDelta; readonly spans?: readonly KeySpan[] }[] = [];
  while (input.remaining > 0) {
    const name = input.text();
    const body = input.bytes();
    const view = views.find((v) => v.name === name);
    if (!view) continue;
    const reader = input.part(body, `view ${name}`);
    parts.push(hasKeyWindows(view) ? { name, spans: spansCodec(view).read(reader) } : { name, cell: cellCodec(view).read(reader) });
    reader.end();
  }
  for (const { name, cell, spans } of parts) {
    const held = viewState(state, name);
    if (cell) {
      const { panes } = cellAt(held.cells, cell.start, cell.fromEnd);
      for (const [j, key] of cell.keys.entries()) panes.set(key, cell.panes[j] as unknown[]);
    }
    for (const { key, ...span } of spans ?? []) {
      const of = held.spans.get(key);
      if (of) of.push(span);
      else held.spans.set(key, [span]);
      held.earliestEnd = Math.min(held.earliestEnd, span.end);
    }
  }
}
