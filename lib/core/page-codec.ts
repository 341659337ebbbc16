import { cellCodec } from './aligned/cell.ts';
import { type Codec, decode, encode } from './codec.ts';
import { type KeySpan, spansCodec } from './unaligned/span-codec.ts';
import type { ViewSpec } from './view.ts';
import type { Window } from './window.ts';

const CAPACITY = 8 * 1024;

/** Final panes of a window as bytes, in the order given. The view's fingerprint is part of it. */
export function encodePage(
  view: ViewSpec,
  window: Window,
  panes: readonly (readonly [key: string, pane: readonly unknown[]])[],
): Uint8Array<ArrayBuffer> {
  const cell = { start: window.start, fromEnd: window.end, keys: panes.map(([key]) => key), panes: panes.map(([, pane]) => [...pane]) };
  return encode(ofView(view, cellCodec(view)), cell, CAPACITY);
}

/**
 * Reads what {@link encodePage} wrote.
 *
 * @param item names the page in errors
 * @throws MillraceError `corrupt` when the bytes were cut, changed, or belong to another form of the view
 */
export function decodePage(bytes: Uint8Array, item: string, view: ViewSpec): Map<string, unknown[]> {
  const { keys, panes } = decode(ofView(view, cellCodec(view)), bytes, item);
  return new Map(keys.map((key, j) => [key, panes[j] as unknown[]]));
}

/** Encodes spans of a view with unaligned windows: those of final windows, or pending spans. */
export function encodeSpans(view: ViewSpec, spans: readonly KeySpan[]): Uint8Array<ArrayBuffer> {
  return encode(ofView(view, spansCodec(view)), spans, CAPACITY);
}

/**
 * Reads what {@link encodeSpans} wrote.
 *
 * @param item names what is read in errors
 * @throws MillraceError `corrupt` when the bytes were cut, changed, or belong to another form of the view
 */
export function decodeSpans(bytes: Uint8Array, item: string, view: ViewSpec): readonly KeySpan[] {
  return decode(ofView(view, spansCodec(view)), bytes, item);
}

/** Bytes that belong to one form of a view: its fingerprint precedes them. */
function ofView<T>(view: ViewSpec, codec: Codec<T>): Codec<T> {
  return {
    write: (value, out) => {
      out.text(view.fingerprint);
      codec.write(value, out);
    },
    read: (input) => {
      if (input.text() !== view.fingerprint) throw input.corrupt('it was written by another form of the view');
      return codec.read(input);
    },
  };
}
