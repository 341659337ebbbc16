import { ByteReader, ByteWriter } from './bytes.ts';
import { checkFormat, readCell, writeCell, writeFormat } from './entry-codec.ts';
import { MillraceError } from './errors.ts';
import { hashKey } from './key.ts';
import { emptyState, SLOTS, type TaskState, viewState } from './state.ts';
import type { ViewSpec } from './view.ts';

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
    if (!view) continue;
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
  for (const view of views) {
    for (const cell of [...(state.views.get(view.name)?.cells.values() ?? [])].flat()) {
      const parts = new Map<number, { keys: string[]; panes: unknown[][] }>();
      for (const [key, pane] of cell.panes) {
        const bucket = bucketOf(key, buckets);
        if (!wanted(bucket)) continue;
        let part = parts.get(bucket);
        if (!part) {
          part = { keys: [], panes: [] };
          parts.set(bucket, part);
        }
        part.keys.push(key);
        part.panes.push(pane);
      }
      for (const [bucket, { keys, panes }] of parts) {
        let out = writers.get(bucket);
        if (!out) {
          out = new ByteWriter(4096);
          writeFormat(out);
          writers.set(bucket, out);
        }
        out.text(view.name);
        const body = new ByteWriter(4096);
        writeCell(body, { start: cell.start, fromEnd: cell.fromEnd, keys, panes }, view);
        out.bytes(body.finish());
      }
    }
  }
  return new Map(Array.from(writers, ([bucket, out]) => [bucket, out.finish()]));
}

/** Adds a bucket's panes to a state. All of it is read before anything is added. */
export function decodeBucket(bytes: Uint8Array, item: string, views: readonly ViewSpec[], state: TaskState): void {
  const input = new ByteReader(bytes, item);
  checkFormat(input, item);
  const cells = [];
  while (input.remaining > 0) {
    const name = input.text();
    const body = input.bytes();
    const view = views.find((v) => v.name === name);
    if (!view) continue;
    const reader = new ByteReader(body, `${item}, view ${name},`);
    cells.push({ name, cell: readCell(reader, view) });
    reader.end();
  }
  for (const { name, cell } of cells) {
    const held = viewState(state, name).cells;
    const atStart = held.get(cell.start) ?? [];
    if (atStart.length === 0) held.set(cell.start, atStart);
    let target = atStart.find((c) => c.fromEnd === cell.fromEnd);
    if (!target) {
      target = { start: cell.start, fromEnd: cell.fromEnd, panes: new Map() };
      atStart.push(target);
    }
    cell.keys.forEach((key, j) => {
      target.panes.set(key, cell.panes[j] as unknown[]);
    });
  }
}
