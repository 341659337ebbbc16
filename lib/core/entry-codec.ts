import { ByteReader, ByteWriter } from './bytes.ts';
import type { CellDelta, DeadLetter, Entry, LateEvent, ViewDelta } from './entry.ts';
import { MillraceError } from './errors.ts';
import { readSpans, writeSpans } from './span-codec.ts';
import { ENTRY_KINDS, FORMAT } from './stored.ts';
import { hasKeyWindows, type ViewSpec } from './view.ts';

/** An entry as bytes, panes column by column: all keys of a cell, then all states of one aggregate, then of the next. */
export function encodeEntry(entry: Entry, views: readonly ViewSpec[]): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(16 * 1024);
  out.byte(FORMAT);
  out.byte(ENTRY_KINDS.indexOf(entry.kind));
  out.text(entry.first);
  out.text(entry.last);
  out.number(entry.watermark);
  out.number(entry.base);
  out.number(entry.lastArrival);
  out.varuint(entry.events);
  out.varuint(entry.records);
  out.varuint(entry.deadRecords);
  out.text(entry.version);
  list(out, entry.children, (child) => out.text(child));
  list(out, entry.views, (delta) => writeView(out, delta, views));
  list(out, entry.late, (event) => {
    out.text(event.sequence);
    out.number(event.time);
    out.number(event.arrival);
    list(out, event.views, (view) => out.text(view));
    optionalBytes(out, event.bytes);
  });
  list(out, entry.dead, (letter) => {
    out.text(letter.sequence);
    out.number(letter.arrival);
    out.text(letter.reason.toWellFormed());
    optionalBytes(out, letter.bytes);
  });
  return out.finish();
}

/**
 * Reads what {@link encodeEntry} wrote.
 *
 * @param item names the entry in errors
 * @param views how to read each view's states; of a view not among them only the name is read
 * @throws MillraceError `corrupt` when the bytes were cut or changed; `incompatible` when another Millrace wrote them in another form
 */
export function decodeEntry(bytes: Uint8Array, item: string, views: readonly ViewSpec[]): Entry {
  const input = new ByteReader(bytes, item);
  checkFormat(input, item);
  const kind = ENTRY_KINDS[input.byte()];
  if (kind === undefined) throw input.corrupt('its kind is unknown');
  const entry: Entry = {
    kind,
    first: input.text(),
    last: input.text(),
    watermark: input.number(),
    base: input.number(),
    lastArrival: input.number(),
    events: input.varuint(),
    records: input.varuint(),
    deadRecords: input.varuint(),
    version: input.text(),
    children: items(input, () => input.text()),
    views: items(input, () => readView(input, item, views)),
    late: items(
      input,
      (): LateEvent => ({
        sequence: input.text(),
        time: input.number(),
        arrival: input.number(),
        views: items(input, () => input.text()),
        bytes: readOptionalBytes(input),
      }),
    ),
    dead: items(
      input,
      (): DeadLetter => ({ sequence: input.text(), arrival: input.number(), reason: input.text(), bytes: readOptionalBytes(input) }),
    ),
  };
  input.end();
  return entry;
}

/** @throws MillraceError `incompatible` when the next byte announces a form this code does not know */
export function checkFormat(input: ByteReader, item: string): void {
  const format = input.byte();
  if (format !== FORMAT) {
    const [age, mend] =
      format > FORMAT
        ? ['a newer', 'deploy the version that wrote it, or a later one']
        : ['an older', 'deploy the version that wrote it, or give the application another name and read the stream anew'];
    throw new MillraceError('incompatible', `${item} was written by ${age} Millrace (format ${format}, this one reads ${FORMAT}): ${mend}`);
  }
}

/** Writes the mark {@link checkFormat} looks for. */
export function writeFormat(out: ByteWriter): void {
  out.byte(FORMAT);
}

// A view's part carries its length, so that a reader without that view can pass over it.
function writeView(out: ByteWriter, delta: ViewDelta, views: readonly ViewSpec[]): void {
  out.text(delta.view);
  out.text(delta.fingerprint);
  const part = new ByteWriter(8 * 1024);
  part.number(delta.dropped);
  const view = views.find((v) => v.name === delta.view) as ViewSpec;
  if (hasKeyWindows(view)) writeSpans(part, delta.spans ?? [], view);
  else list(part, delta.cells, (cell) => writeCell(part, cell, view));
  out.bytes(part.finish());
}

function readView(input: ByteReader, item: string, views: readonly ViewSpec[]): ViewDelta {
  const name = input.text();
  const fingerprint = input.text();
  const part = input.bytes();
  const view = views.find((v) => v.name === name);
  if (view?.fingerprint !== fingerprint) return { view: name, fingerprint, dropped: Number.NEGATIVE_INFINITY, cells: [] };
  const reader = new ByteReader(part, `${item}, view ${name},`);
  const dropped = reader.number();
  const changes = hasKeyWindows(view)
    ? { cells: [], spans: readSpans(reader, view) }
    : { cells: items(reader, () => readCell(reader, view)) };
  reader.end();
  return { view: name, fingerprint, dropped, ...changes };
}

/** Writes a cell's panes. */
export function writeCell(out: ByteWriter, cell: CellDelta, view: ViewSpec): void {
  out.number(cell.start);
  out.number(cell.fromEnd);
  list(out, cell.keys, (key) => out.text(key));
  view.aggregates.forEach(({ accumulator }, i) => {
    for (const pane of cell.panes) accumulator.write(pane[i], out);
  });
}

/** Reads what {@link writeCell} wrote. */
export function readCell(input: ByteReader, view: ViewSpec): CellDelta {
  const start = input.number();
  const fromEnd = input.number();
  const keys = items(input, () => input.text());
  const panes = keys.map((): unknown[] => []);
  for (const { accumulator } of view.aggregates) for (const pane of panes) pane.push(accumulator.read(input));
  return { start, fromEnd, keys, panes };
}

function list<T>(out: ByteWriter, values: readonly T[], write: (value: T) => void): void {
  out.varuint(values.length);
  for (const value of values) write(value);
}

function items<T>(input: ByteReader, read: () => T): T[] {
  const count = input.count();
  const values: T[] = [];
  for (let i = 0; i < count; i++) values.push(read());
  return values;
}

function optionalBytes(out: ByteWriter, bytes: Uint8Array | undefined): void {
  out.byte(bytes ? 1 : 0);
  if (bytes) out.bytes(bytes);
}

function readOptionalBytes(input: ByteReader): Uint8Array | undefined {
  return input.byte() === 0 ? undefined : input.bytes();
}
