/** A record of a stream, decoded: what it holds, in order. */
export interface DecodedRecord {
  readonly sequence: string;
  /** when it reached the stream, milliseconds since the epoch */
  readonly arrival: number;
  /** JSON values, and what could not be decoded, in the order in which the record holds them */
  readonly parts: readonly DecodedPart[];
  /** the record's own bytes; made only when asked for */
  readonly bytes: () => Uint8Array;
}

/** A JSON value, or why there is none. */
export type DecodedPart = { readonly value: unknown } | { readonly reason: string; readonly bytes: Uint8Array };
