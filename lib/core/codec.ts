import { ByteReader, ByteWriter } from './bytes.ts';
import { MillraceError } from './errors.ts';
import { FORMAT, OLDEST_FORMAT } from './stored.ts';

/** The stored form of a value, declared once for both writing and reading. */
export interface Codec<T> {
  write(value: T, out: ByteWriter): void;
  /** @throws MillraceError `corrupt` when the bytes cannot be such a value */
  read(input: ByteReader): T;
}

/** A whole number from 0. */
export const varuint: Codec<number> = { write: (value, out) => out.varuint(value), read: (input) => input.varuint() };
/** Any double. */
export const number: Codec<number> = { write: (value, out) => out.number(value), read: (input) => input.number() };
/** Well-formed text. */
export const text: Codec<string> = { write: (value, out) => out.text(value), read: (input) => input.text() };
/** Text that may have been cut within a character. */
export const cutText: Codec<string> = { write: (value, out) => out.text(value.toWellFormed()), read: (input) => input.text() };
/** True or false. */
export const flag: Codec<boolean> = { write: (value, out) => out.byte(value ? 1 : 0), read: (input) => input.flag() };
/** Bytes, or none. */
export const optionalBytes: Codec<Uint8Array | undefined> = {
  write: (value, out) => {
    out.byte(value ? 1 : 0);
    if (value) out.bytes(value);
  },
  read: (input) => (input.flag() ? input.bytes() : undefined),
};

/** One of several texts, stored as its index. */
export function oneOf<T extends string>(values: readonly T[]): Codec<T> {
  return {
    write: (value, out) => out.byte(values.indexOf(value)),
    read: (input) => {
      const value = values[input.byte()];
      if (value === undefined) throw input.corrupt(`it is none of ${values.join(', ')}`);
      return value;
    },
  };
}

/** Any number of values, the count in front. @param least bytes that each takes at least */
export function list<T>(of: Codec<T>, least = 1): Codec<readonly T[]> {
  return {
    write: (values, out) => {
      out.varuint(values.length);
      for (const value of values) of.write(value, out);
    },
    read: (input) => {
      const count = input.count(least);
      const values: T[] = [];
      for (let i = 0; i < count; i++) values.push(of.read(input));
      return values;
    },
  };
}

/** Two values. */
export function pair<A, B>(a: Codec<A>, b: Codec<B>): Codec<readonly [A, B]> {
  return {
    write: ([first, second], out) => {
      a.write(first, out);
      b.write(second, out);
    },
    read: (input) => [a.read(input), b.read(input)],
  };
}

/** A codec for each field, in the order in which they are stored. */
export type Fields<T> = { readonly [K in keyof T]-?: Codec<T[K]> };

/** A value of named fields. */
export function record<T extends object>(fields: Fields<T>): Codec<T> {
  const codecs = Object.entries(fields) as [keyof T, Codec<unknown>][];
  return {
    write: (value, out) => {
      for (const [name, codec] of codecs) codec.write(value[name], out);
    },
    read: (input) => {
      const value = {} as T;
      for (const [name, codec] of codecs) value[name] = codec.read(input) as T[keyof T];
      return value;
    },
  };
}

/** Fields that few records have, each under a number that is never reused. */
export type RareFields<T> = { readonly [K in keyof T]: { readonly number: number; readonly codec: Codec<NonNullable<T[K]>> } };

/**
 * A record that can gain fields without a new format. A rare field is written only if it is present: not `undefined`, not an empty
 * list. A reader rejects an item with an unknown field, because the field may change the meaning of the rest.
 *
 * @param rare a number is never reused, even if its field is removed
 */
export function growing<T extends object, R extends object>(fields: Fields<T>, rare: RareFields<R>): Codec<T & R> {
  const fixed = record(fields);
  const named = Object.entries(rare) as [keyof R, { number: number; codec: Codec<unknown> }][];
  const isThere = (value: unknown): boolean => value !== undefined && !(Array.isArray(value) && value.length === 0);
  return {
    write: (value, out) => {
      fixed.write(value, out);
      const there = named.filter(([name]) => isThere(value[name]));
      out.varuint(there.length);
      for (const [name, { number: mark, codec }] of there) {
        const part = new ByteWriter(64);
        codec.write(value[name], part);
        out.varuint(mark);
        out.bytes(part.finish());
      }
    },
    read: (input) => {
      const value = fixed.read(input) as T & R;
      if (input.format < 4) return value;
      for (let left = input.count(2); left > 0; left--) {
        const mark = input.varuint();
        const field = named.find(([, { number: own }]) => own === mark);
        if (!field) throw unknownField(input, mark);
        const part = input.part(input.bytes());
        value[field[0]] = field[1].codec.read(part) as (T & R)[keyof R];
        part.end();
      }
      return value;
    },
  };
}

function unknownField(input: ByteReader, mark: number): MillraceError {
  const what = `${input.item} was written by a newer Millrace: it has a field ${mark} that this version does not know`;
  return new MillraceError('incompatible', `${what}; deploy the version that wrote it, or a later one`);
}

/** Rows stored column by column: all first fields, then all second ones. */
export function columns<T extends object>(fields: { readonly [K in keyof T]-?: Column<T> }, least: number): Codec<readonly T[]> {
  const each = Object.values(fields) as Column<T>[];
  return {
    write: (rows, out) => {
      out.varuint(rows.length);
      for (const { write } of each) for (const row of rows) write(row, out);
    },
    read: (input) => {
      const rows = Array.from({ length: input.count(least) }, () => ({}) as T);
      for (const { read } of each) for (const row of rows) read(row, input);
      return rows;
    },
  };
}

/** One column: how it writes a row's value and reads it back. */
export interface Column<T> {
  readonly write: (row: T, out: ByteWriter) => void;
  readonly read: (row: T, input: ByteReader) => void;
}

/** A column of a field as it is. */
export function column<T extends object, K extends keyof T>(name: K, codec: Codec<T[K]>): Column<T> {
  return {
    write: (row, out) => codec.write(row[name], out),
    read: (row, input) => {
      row[name] = codec.read(input);
    },
  };
}

/** A column of the differences between a number and another one that is stored before it. */
export function above<A extends string, B extends string>(name: A, base: B): Column<Record<A | B, number>> {
  return {
    write: (row, out) => out.varuint(row[name] - row[base]),
    read: (row, input) => {
      (row as Record<A, number>)[name] = row[base] + input.varuint();
    },
  };
}

/** Bytes in front of an item: its format, and room for a checksum of its key. */
export const HEADER_BYTES = 5;

/** Writes a whole item: the format in front, with room for a checksum of the item's key. */
export function encode<T>(codec: Codec<T>, value: T, capacity: number): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(capacity);
  writeHeader(out);
  codec.write(value, out);
  return out.finish();
}

/**
 * Reads what {@link encode} wrote, now or in an older format.
 *
 * @param item names it in errors
 * @throws MillraceError `corrupt` when the bytes were cut or changed; `incompatible` when a newer Millrace wrote them
 */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array, item: string): T {
  const input = openItem(bytes, item);
  const value = codec.read(input);
  input.end();
  return value;
}

/** Writes the header of an item. */
export function writeHeader(out: ByteWriter): void {
  out.byte(FORMAT);
  for (let i = 1; i < HEADER_BYTES; i++) out.byte(0);
}

/**
 * A reader behind the header of an item, which knows its format.
 *
 * @throws MillraceError `incompatible` when it is a format this code does not know
 */
export function openItem(bytes: Uint8Array, item: string): ByteReader {
  const input = new ByteReader(bytes, item);
  const format = input.byte();
  if (format < OLDEST_FORMAT || format > FORMAT) {
    const [age, advice] =
      format > FORMAT
        ? ['a newer', 'deploy the version that wrote it, or a later one']
        : ['an older', 'deploy the version that wrote it, or give the application another name and read the stream anew'];
    const known = `format ${format}, this one reads ${OLDEST_FORMAT} to ${FORMAT}`;
    throw new MillraceError('incompatible', `${item} was written by ${age} Millrace (${known}): ${advice}`);
  }
  input.format = format;
  if (format >= 4) for (let i = 1; i < HEADER_BYTES; i++) input.byte();
  return input;
}
