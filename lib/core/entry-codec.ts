import { type Codec, cutText, decode, encode, growing, list, number, oneOf, optionalBytes, text, varuint } from './codec.ts';
import type { DeadLetter, Entry, LateEvent, ViewDelta } from './entry.ts';
import { rememberedIds } from './remembered-ids.ts';
import { ENTRY_KINDS } from './stored.ts';
import type { ViewSpec } from './view.ts';
import { windowingOf } from './window-kinds.ts';

// What a later release adds is a rare field, the second argument of `growing`: `{ name: { number, codec } }`.
const lateEvent: Codec<LateEvent> = growing({ sequence: text, time: number, arrival: number, views: list(text), bytes: optionalBytes }, {});
const deadLetter: Codec<DeadLetter> = growing<Omit<DeadLetter, 'views'>, Required<Pick<DeadLetter, 'views'>>>(
  { sequence: text, arrival: number, reason: cutText, bytes: optionalBytes },
  { views: { number: 1, codec: list(text) } },
);

type RareField = 'duplicates' | 'ids' | 'idsFloor';

/** An entry, field by field. Panes are stored column by column: all keys of a cell, then all states of one aggregate, then of the next. */
const entryCodec = (views: readonly ViewSpec[]): Codec<Entry> =>
  growing<Omit<Entry, RareField>, Pick<Entry, RareField>>(
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
    {
      duplicates: { number: 1, codec: varuint },
      ids: { number: 2, codec: rememberedIds },
      idsFloor: { number: 3, codec: number },
    },
  );

/** An entry as bytes. */
export function encodeEntry(entry: Entry, views: readonly ViewSpec[]): Uint8Array<ArrayBuffer> {
  return encode(entryCodec(views), entry, 16 * 1024);
}

/**
 * Reads what {@link encodeEntry} wrote.
 *
 * @param item names the entry in errors
 * @param views how to read each view's states; views that are not listed are skipped
 * @throws MillraceError `corrupt` when the bytes were cut or changed; `incompatible` when a newer Millrace wrote them
 */
export function decodeEntry(bytes: Uint8Array, item: string, views: readonly ViewSpec[]): Entry {
  return decode(entryCodec(views), bytes, item);
}

/** What an entry adds to a view, with its length in front, so that a reader without that view can skip it. */
function viewDelta(views: readonly ViewSpec[]): Codec<ViewDelta> {
  return {
    write: (delta, out) => {
      out.text(delta.view);
      out.text(delta.fingerprint);
      const view = views.find((v) => v.name === delta.view) as ViewSpec;
      out.part((part) => {
        part.number(delta.dropped);
        windowingOf(view).deltas.write(delta.changes, part);
      });
    },
    read: (input) => {
      const name = input.text();
      const fingerprint = input.text();
      const bytes = input.bytes();
      const view = views.find((v) => v.name === name);
      if (view?.fingerprint !== fingerprint) return { view: name, fingerprint, dropped: Number.NEGATIVE_INFINITY, changes: undefined };
      const part = input.part(bytes, `view ${name}`);
      const dropped = part.number();
      const changes = windowingOf(view).deltas.read(part);
      part.end();
      return { view: name, fingerprint, dropped, changes };
    },
  };
}
