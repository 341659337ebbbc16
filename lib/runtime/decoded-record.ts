/** A decoded record of a stream: its parts, in order. */
export interface DecodedRecord {
  readonly sequence: string;
  /** when it reached the stream, milliseconds since the epoch */
  readonly arrival: number;
  /** JSON values and parts that could not be decoded, in the order of the record */
  readonly parts: readonly DecodedPart[];
  /** the number of events left out because their producer also puts them into another shard */
  readonly elsewhere?: number;
  /** the record's own bytes; computed only when called */
  bytes(): Uint8Array;
  /** the bytes to put to send one part again, by its number, without the others; computed only when called */
  partBytes(part: number): Uint8Array;
}

/** A JSON value, or the reason why there is none with the part's own bytes. */
export type DecodedPart = { readonly value: unknown } | { readonly reason: string; readonly bytes: Uint8Array };
