import { ByteReader, ByteWriter } from './bytes.ts';
import type { KeySpan } from './entry.ts';
import { checkFormat, readCell, writeCell, writeFormat } from './entry-codec.ts';
import { readSpans, writeSpans } from './span-codec.ts';
import type { ViewSpec } from './view.ts';
import type { Window } from './window.ts';

/** Final panes of a window as bytes, in the order given. The view's fingerprint is part of it. */
export function encodePage(
  view: ViewSpec,
  window: Window,
  panes: readonly (readonly [key: string, pane: readonly unknown[]])[],
): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(8 * 1024);
  writeFormat(out);
  out.text(view.fingerprint);
  writeCell(
    out,
    { start: window.start, fromEnd: window.end, keys: panes.map(([key]) => key), panes: panes.map(([, pane]) => [...pane]) },
    view,
  );
  return out.finish();
}

/**
 * Reads what {@link encodePage} wrote.
 *
 * @param item names the page in errors
 * @throws MillraceError `corrupt` when the bytes were cut, changed, or belong to another form of the view
 */
export function decodePage(bytes: Uint8Array, item: string, view: ViewSpec): Map<string, unknown[]> {
  const input = open(bytes, item, view);
  const cell = readCell(input, view);
  input.end();
  return new Map(cell.keys.map((key, j) => [key, cell.panes[j] as unknown[]]));
}

/** Spans of a view whose windows come from a key's own events: final windows, or what is carried on of those that are not. */
export function encodeSpans(view: ViewSpec, spans: readonly KeySpan[]): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(8 * 1024);
  writeFormat(out);
  out.text(view.fingerprint);
  writeSpans(out, spans, view);
  return out.finish();
}

/**
 * Reads what {@link encodeSpans} wrote.
 *
 * @param item names what is read in errors
 * @throws MillraceError `corrupt` when the bytes were cut, changed, or belong to another form of the view
 */
export function decodeSpans(bytes: Uint8Array, item: string, view: ViewSpec): KeySpan[] {
  const input = open(bytes, item, view);
  const spans = readSpans(input, view);
  input.end();
  return spans;
}

function open(bytes: Uint8Array, item: string, view: ViewSpec): ByteReader {
  const input = new ByteReader(bytes, item);
  checkFormat(input, item);
  if (input.text() !== view.fingerprint) throw input.corrupt('it was written by another form of the view');
  return input;
}
