/** A value, or why there is none. */
export type Part = { readonly value: unknown } | { readonly reason: string };

/**
 * Events of a record, or of what it inflates to: each takes memory of its own, however short it is written, and 10 KB of gzip can hold
 * millions. A megabyte of `{"a":1},` holds a quarter of it. Formats stop there, since to find out afterwards takes the memory.
 */
export const MOST_EVENTS = 500_000;
export const TOO_MANY_EVENTS = `it holds more than ${MOST_EVENTS} events`;

/** What a payload holds. */
export interface Payload {
  /** values and parts that could not be decoded, in the order of the payload */
  readonly parts: readonly Part[];
  /** the bytes to put to send one part again, by its number, without the others */
  own(part: number): Uint8Array;
}

/** How the payloads of a stream's records become values. */
export interface Format {
  readonly kind: 'format';
  /** as SQL calls it */
  readonly name: string;
  /** whether values are texts by column name, which are then read by the types of the columns */
  readonly texts?: boolean;
  /** whether a payload with the first bytes of gzip is inflated first; a binary payload may begin with the same bytes */
  readonly gzip: boolean;
  /** maximum inflated size of a record's payloads, in bytes; default: 10 MiB */
  readonly mostInflated?: number;
  /** Never throws; the payload is not empty and has no byte order mark. */
  readonly decode: (payload: Uint8Array) => Payload;
  /** Makes the format for the columns of a stream, if it depends on them. */
  readonly forColumns?: (names: readonly string[]) => Format;
  /** How a file is read, one payload per line, if that differs from records. */
  readonly inFile?: () => FileFormat;
}

/** A format in a file. */
export interface FileFormat {
  readonly decode: Format['decode'];
  /** whether a payload goes on in the next line, told by one line of it; `begun`: it began in a line before */
  readonly goesOn: (line: Uint8Array, begun: boolean) => boolean;
}

/**
 * A user-defined format.
 *
 * @example
 * ```ts
 * const pairs = { decode: (bytes) => [Object.fromEntries(new URLSearchParams(new TextDecoder().decode(bytes)))] };
 * ```
 */
export interface CustomFormat {
  /** Returns the values of a record's payload: JSON values, `Date` and BigInt. The message of an error it throws is the reason of the dead letter. */
  readonly decode: (payload: Uint8Array) => readonly unknown[];
}

/** A payload that could not be decoded. */
export function undecodable(reason: string, payload: Uint8Array): Payload {
  return { parts: [{ reason }], own: () => payload };
}
