import type { ByteReader, ByteWriter } from './bytes.ts';
import { type Codec, cutText, decode, encode, growing, list, number, oneOf, optionalBytes, record, text, varuint } from './codec.ts';
import type { CellDelta, DeadLetter, Entry, LateEvent, ViewDelta } from './entry.ts';
import { readPanes, writePanes } from './pane-codec.ts';
import { spansCodec } from './span-codec.ts';
import { ENTRY_KINDS } from './stored.ts';
import { hasKeyWindows, type ViewSpec } from './view.ts';

// What a later release adds is a rare field, the second argument of `growing`: `{ name: { number, codec } }`.
const lateEvent: Codec<LateEvent> = growing({ sequence: text, time: number, arrival: number, views: list(text), bytes: optionalBytes }, {});
const deadLetter: Codec<DeadLetter> = growing({ sequence: text, arrival: number, reason: cutText, bytes: optionalBytes }, {});

/** An entry, field by field. Panes are stored column by column: all keys of a cell, then all states of one aggregate, then of the next. */
const entryCodec = (views: readonly ViewSpec[]): Codec<Entry> =>
  growing(
    {
      kind: oneOf(ENTRY_KINDS),
      first: text,
      last: text,
      watermark: number,
      base: number,
      lastArrival: number,
      events: varuint,
      records: varuint,
      deadRecords: varuint,
      version: text,
      children: list(text),
      views: list(viewDelta(views)),
      late: list(lateEvent),
      dead: list(deadLetter),
    },
    {},
  );

/** An entry as bytes. */
export function encodeEntry(entry: Entry, views: readonly ViewSpec[]): Uint8Array<ArrayBuffer> {
  return encode(entryCodec(views), entry, 16 * 1024);
}

/**
 * Reads what {@link encodeEntry} wrote.
 *
 * @param item names the entry in errors
 * @param views how to read each view's states; of a view not among them only the name is read
 * @throws MillraceError `corrupt` when the bytes were cut or changed; `incompatible` when a newer Millrace wrote them
 */
export function decodeEntry(bytes: Uint8Array, item: string, views: readonly ViewSpec[]): Entry {
  return decode(entryCodec(views), bytes, item);
}

/** What an entry adds to a view. It carries its length, so that a reader without that view can pass over it. */
function viewDelta(views: readonly ViewSpec[]): Codec<ViewDelta> {
  return {
    write: (delta, out) => {
      out.text(delta.view);
      out.text(delta.fingerprint);
      const view = views.find((v) => v.name === delta.view) as ViewSpec;
      out.part((part) => {
        part.number(delta.dropped);
        if (hasKeyWindows(view)) spansCodec(view).write([...(delta.spans ?? [])], part);
        else list(cellCodec(view)).write(delta.cells, part);
      });
    },
    read: (input) => {
      const name = input.text();
      const fingerprint = input.text();
      const bytes = input.bytes();
      const view = views.find((v) => v.name === name);
      if (view?.fingerprint !== fingerprint) return { view: name, fingerprint, dropped: Number.NEGATIVE_INFINITY, cells: [] };
      const part = input.part(bytes, `view ${name}`);
      const dropped = part.number();
      const changes = hasKeyWindows(view) ? { cells: [], spans: spansCodec(view).read(part) } : { cells: list(cellCodec(view)).read(part) };
      part.end();
      return { view: name, fingerprint, dropped, ...changes };
    },
  };
}

/** The panes of one cell. */
export function cellCodec(view: ViewSpec): Codec<CellDelta> {
  const head = record<Pick<CellDelta, 'start' | 'fromEnd' | 'keys'>>({ start: number, fromEnd: number, keys: list(text) });
  return {
    write: (cell: CellDelta, out: ByteWriter) => {
      head.write(cell, out);
      writePanes(view, cell.panes, out);
    },
    read: (input: ByteReader) => {
      const { start, fromEnd, keys } = head.read(input);
      return { start, fromEnd, keys, panes: readPanes(view, keys.length, input) };
    },
  };
}
