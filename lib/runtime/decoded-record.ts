/** A decoded record of a stream: its parts, in order. */
export interface DecodedRecord {
  readonly sequence: string;
  /** when it reached the stream, milliseconds since the epoch */
  readonly arrival: number;
  /** the key by which the record was put into its shard; absent where the source has none */
  readonly partitionKey?: string;
  /** JSON values and parts that could not be decoded, in the order of the record */
  readonly parts: readonly DecodedPart[];
  /** the number of events left out because their producer also puts them into another shard */
  readonly elsewhere?: number;
  /** the partition keys of the parts, where each has its own: those of user records in an aggregated record; computed only when called */
  partKey?(part: number): string;
  /** the record's own bytes; computed only when called */
  bytes(): Uint8Array;
  /** the bytes to put to send one part again, by its number, without the others; computed only when called */
  partBytes(part: number): Uint8Array;
}

/** A JSON value, or the reason why there is none with the part's own bytes. */
export type DecodedPart = { readonly value: unknown } | { readonly reason: string; readonly bytes: Uint8Array };

/** The partition key that a part of a record was put by; `undefined` where the source has none. */
export function partitionKeyOf(record: DecodedRecord, part: number): string | undefined {
  return record.partKey?.(part) ?? record.partitionKey;
}
