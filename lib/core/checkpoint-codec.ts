import { ByteReader, ByteWriter } from './bytes.ts';
import type { CellDelta, KeySpan } from './entry.ts';
import { checkFormat, readCell, writeCell, writeFormat } from './entry-codec.ts';
import { MillraceError } from './errors.ts';
import { readSpans, writeSpans } from './span-codec.ts';
import { cellAt, emptyState, type TaskState, viewState } from './state.ts';
import { hashKey, SLOTS } from './stored.ts';
import { hasKeyWindows, type ViewSpec } from './view.ts';
import type { Span } from './windows/session.ts';

/** The bucket of a checkpoint that holds a key. */
function bucketOf(key: string, buckets: number): number {
  return (hashKey(key) % SLOTS) % buckets;
}

/**
 * The part of a state that is not panes, as bytes.
 *
 * @param size bytes of all buckets together, which a reader uses to decide when the next checkpoint is due
 */
export function encodeHead(state: TaskState, views: readonly ViewSpec[], size: number): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(512);
  writeFormat(out);
  out.varuint(state.index);
  out.text(state.nonce);
  out.text(state.sequence);
  out.number(state.watermark);
  out.number(state.base);
  out.number(state.lastArrival);
  out.varuint(state.events);
  out.varuint(state.late);
  out.varuint(state.dead);
  out.byte(state.ended ? 1 : 0);
  out.varuint(state.children.length);
  for (const child of state.children) out.text(child);
  out.text(state.outcomes.version);
  out.varuint(state.outcomes.counts.length);
  for (const [good, dead] of state.outcomes.counts) {
    out.varuint(good);
    out.varuint(dead);
  }
  const held = views.filter((view) => state.views.has(view.name));
  out.varuint(held.length);
  for (const view of held) {
    out.text(view.name);
    out.text(view.fingerprint);
    out.number(viewState(state, view.name).dropped);
  }
  out.varuint(size);
  return out.finish();
}

/** A state without panes, and the checkpoint's size, as {@link encodeHead} wrote them. */
export function decodeHead(bytes: Uint8Array, item: string, views: readonly ViewSpec[]): { state: TaskState; size: number } {
  const input = new ByteReader(bytes, item);
  checkFormat(input, item);
  const state = emptyState();
  state.index = input.varuint();
  state.nonce = input.text();
  state.sequence = input.text();
  state.watermark = input.number();
  state.base = input.number();
  state.lastArrival = input.number();
  state.events = input.varuint();
  state.late = input.varuint();
  state.dead = input.varuint();
  state.ended = input.byte() === 1;
  state.children = Array.from({ length: input.count() }, () => input.text());
  const version = input.text();
  state.outcomes = { version, counts: Array.from({ length: input.count(2) }, () => [input.varuint(), input.varuint()] as const) };
  for (let held = input.count(3); held > 0; held--) {
    const name = input.text();
    const fingerprint = input.text();
    const dropped = input.number();
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
  const size = input.varuint();
  input.end();
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
      writeFormat(out);
      writers.set(bucket, out);
    }
    out.text(view.name);
    const part = new ByteWriter(4096);
    body(part);
    out.bytes(part.finish());
  };
  for (const view of views) {
    const held = state.views.get(view.name);
    for (const cell of [...(held?.cells.values() ?? [])].flat()) {
      for (const [bucket, panes] of split(cell.panes, buckets, wanted)) {
        const { start, fromEnd } = cell;
        const part = { start, fromEnd, keys: panes.map(([key]) => key), panes: panes.map(([, pane]) => pane) };
        write(view, bucket, (out) => writeCell(out, part, view));
      }
    }
    for (const [bucket, keys] of split(held?.spans ?? new Map<string, Span[]>(), buckets, wanted)) {
      const spans = keys.flatMap(([key, of]) => of.map((span) => ({ ...span, key })));
      write(view, bucket, (out) => writeSpans(out, spans, view));
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
  const input = new ByteReader(bytes, item);
  checkFormat(input, item);
  const parts: { readonly name: string; readonly cell?: CellDelta; readonly spans?: readonly KeySpan[] }[] = [];
  while (input.remaining > 0) {
    const name = input.text();
    const body = input.bytes();
    const view = views.find((v) => v.name === name);
    if (!view) continue;
    const reader = new ByteReader(body, `${item}, view ${name},`);
    parts.push(hasKeyWindows(view) ? { name, spans: readSpans(reader, view) } : { name, cell: readCell(reader, view) });
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
