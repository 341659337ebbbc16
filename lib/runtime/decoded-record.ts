/** A record of a stream, decoded: what it holds, in order. */
export interface DecodedRecord {
  readonly sequence: string;
  /** when it reached the stream, milliseconds since the epoch */
  readonly arrival: number;
  /** JSON values, and what could not be decoded, in the order in which the record holds them */
  readonly parts: readonly DecodedPart[];
  /** how many events it holds besides that another shard has, since their producer puts them there as well */
  readonly elsewhere?: number;
  /** the record's own bytes; made only when asked for */
  bytes(): Uint8Array;
  /** what is to be put to have one of the parts again, by its number, and none of the others; made only when asked for */
  partBytes(part: number): Uint8Array;
}

/** A JSON value, or why there is none and the part's own bytes. */
export type DecodedPart = { readonly value: unknown } | { readonly reason: string; readonly bytes: Uint8Array };
