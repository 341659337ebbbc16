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
  /** values, and what could not be decoded, in the order in which the payload holds them */
  readonly parts: readonly Part[];
  /** what is to be put to have one of the parts again, by its number, and none of the others */
  own(part: number): Uint8Array;
}

/** How the payloads of a stream's records become values. */
export interface Format {
  readonly kind: 'format';
  /** as SQL calls it */
  readonly name: string;
  /** whether values are texts by name, to be read by the types of the columns they stand for */
  readonly texts?: boolean;
  /** whether a payload that begins as gzip does is inflated first; one in binary may begin so by itself */
  readonly gzip: boolean;
  /** bytes to which a record's payloads may inflate, where it is not the 10 MiB of other formats */
  readonly mostInflated?: number;
  /** Never throws; the payload is not empty and has no byte order mark. */
  readonly decode: (payload: Uint8Array) => Payload;
  /** Makes the format for a stream whose columns have these names, where it goes by them. */
  readonly forColumns?: (names: readonly string[]) => Format;
  /** How a file of it is read, a line as a payload, where that is not as records are. */
  readonly inFile?: () => FileFormat;
}

/** A format in a file. */
export interface FileFormat {
  readonly decode: Format['decode'];
  /** whether a payload goes on in the next line, told by one line of it; `begun`: it began in a line before */
  readonly goesOn: (line: Uint8Array, begun: boolean) => boolean;
}

/**
 * A format that is the user's own.
 *
 * @example
 * ```ts
 * const pairs = { decode: (bytes) => [Object.fromEntries(new URLSearchParams(new TextDecoder().decode(bytes)))] };
 * ```
 */
export interface CustomFormat {
  /** Makes values (what JSON can hold, `Date` and BigInt besides) of a record's payload; what it throws is why the record is dead. */
  readonly decode: (payload: Uint8Array) => readonly unknown[];
}

/** A payload that holds nothing but what could not be decoded. */
export function undecodable(reason: string, payload: Uint8Array): Payload {
  return { parts: [{ reason }], own: () => payload };
}
