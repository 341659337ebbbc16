import { gunzipSync } from 'node:zlib';
import type { KinesisStreamRecord } from 'aws-lambda';
import type { DecodedPart, DecodedRecord } from '../../runtime/decoded-record.ts';
import { JoinedJson, type JsonPart, MOST_EVENTS, TOO_MANY_EVENTS } from './joined-json.ts';
import { elementsOf } from './json-elements.ts';
import { deaggregate, type HashRange, KPL_MAGIC } from './kpl.ts';

/** How a stream's records are packed. */
export interface DecodeOptions {
  /** `kpl`: records may be aggregated by the Kinesis Producer Library */
  readonly aggregation?: 'kpl' | undefined;
  /** the shard's hash keys, by which it is seen which user records the KPL puts again; without, none is left out */
  readonly hashRange?: HashRange | undefined;
}

/** Bytes to which the gzip payloads of a record may inflate, all together. */
export const MOST_INFLATED = 10 * 1024 * 1024;
/** Bytes to which a batch inflates before the rest of it is left for the next: in 6 MB of records there is room for gigabytes. */
const ENOUGH_INFLATED = 64 * 1024 * 1024;

/**
 * Decodes a batch of Kinesis records. A payload is one JSON value, of which an array stands for its elements; it may be
 * compressed with gzip, and records may be aggregated by the KPL. What cannot be decoded becomes a part with a reason.
 *
 * @param records the `Records` of a Lambda event, in order
 * @returns as many, in the same order, or the first of them where they inflate to more than is taken at once; never throws
 *
 * @example
 * ```ts
 * const [record] = decodeRecords(event.Records);
 * record.parts; // [{ value: { page: '/a' } }]
 * ```
 */
export function decodeRecords(records: readonly Pick<KinesisStreamRecord, 'kinesis'>[], options: DecodeOptions = {}): DecodedRecord[] {
  let bytes = 0;
  for (const { kinesis } of records) bytes += kinesis.data.length;
  const joined = new JoinedJson(Math.ceil((bytes * 3) / 4), records.length);
  const plans: Planned[] = [];
  let inflated = 0;
  for (const { kinesis } of records) {
    if (inflated >= ENOUGH_INFLATED) break;
    const budget = { left: MOST_INFLATED };
    plans.push(plan(joined, kinesis, options, budget));
    inflated += MOST_INFLATED - budget.left;
  }
  const parsed = joined.parse();
  return records.slice(0, plans.length).map(({ kinesis }, i): DecodedRecord => {
    const planned = plans[i] as Planned;
    // Kinesis gives seconds with a fraction.
    const arrival = Math.round(kinesis.approximateArrivalTimestamp * 1000);
    if (typeof planned === 'number')
      return new JoinedRecord(kinesis.sequenceNumber, arrival, joined, planned, parsed[planned] as JsonPart[]);
    return {
      sequence: kinesis.sequenceNumber,
      arrival,
      parts: planned.segments.flatMap(({ parts, own }) => withBytes(parts, own)),
      ...(planned.elsewhere && { elsewhere: planned.elsewhere }),
      bytes: () => planned.bytes,
      partBytes: (part) => ownBytes(planned.segments, part),
    };
  });
}

/** A record whose payload was parsed with the others: nearly every one, so it is one object and no functions of its own. */
class JoinedRecord implements DecodedRecord {
  readonly sequence: string;
  readonly arrival: number;
  readonly parts: readonly DecodedPart[];
  // Plain fields: private ones are slower to make, and there is one of these per event.
  private readonly joined: JoinedJson;
  private readonly payload: number;
  private elements: readonly Uint8Array[] | undefined = undefined;

  constructor(sequence: string, arrival: number, joined: JoinedJson, payload: number, parts: readonly JsonPart[]) {
    this.sequence = sequence;
    this.arrival = arrival;
    this.joined = joined;
    this.payload = payload;
    this.parts = parts as readonly DecodedPart[];
    if (hasRefused(parts)) this.parts = withBytes(parts, (part) => this.partBytes(part));
  }

  bytes(): Uint8Array {
    return this.joined.bytes(this.payload);
  }

  partBytes(part: number): Uint8Array {
    if (this.parts.length === 1) return this.bytes();
    this.elements ??= elementsOf(this.bytes());
    return this.elements[part] as Uint8Array;
  }
}

function hasRefused(parts: readonly JsonPart[]): boolean {
  for (let i = 0; i < parts.length; i++) if ('reason' in (parts[i] as JsonPart)) return true;
  return false;
}

/** The number of a payload that is parsed with the others, or what was decoded at once. */
type Planned = number | (Segments & { readonly bytes: Uint8Array });

interface Segments {
  readonly segments: readonly Segment[];
  /** user records that were left out */
  readonly elsewhere?: number;
}

/** What is read of a record. */
type Payload = Pick<KinesisStreamRecord['kinesis'], 'data' | 'partitionKey'>;

/** Parts that came as one payload. */
interface Segment {
  readonly parts: readonly JsonPart[];
  /** what is to be put to have one of them again, and none of the others */
  readonly own: (part: number) => Uint8Array;
}

/**
 * @param whole the payload as it came
 * @param text the JSON it holds; asked for only when it is an array and one of its elements must be kept
 */
function segment(parts: readonly JsonPart[], whole: () => Uint8Array, text = whole): Segment {
  let elements: readonly Uint8Array[] | undefined;
  return {
    parts,
    own(part) {
      if (parts.length === 1) return whole();
      elements ??= elementsOf(text());
      return elements[part] as Uint8Array;
    },
  };
}

/** What a record may still inflate to. */
interface Budget {
  left: number;
}

function plan(joined: JoinedJson, kinesis: Payload, options: DecodeOptions, budget: Budget): Planned {
  const payload = joined.addBase64(kinesis.data);
  const first = joined.byteAt(payload, 0);
  if (first === GZIP_MAGIC[0] && joined.byteAt(payload, 1) === GZIP_MAGIC[1]) {
    const bytes = joined.takeLast();
    return { segments: [inflate(bytes, budget)], bytes };
  }
  if (first === KPL_MAGIC[0] && KPL_MAGIC.every((byte, offset) => joined.byteAt(payload, offset) === byte)) {
    const bytes = joined.takeLast();
    return { ...aggregated(bytes, kinesis.partitionKey, options, budget), bytes };
  }
  if (first === undefined) {
    const bytes = joined.takeLast();
    return { segments: [dead('the record is empty', bytes)], bytes };
  }
  return payload;
}

const GZIP_MAGIC = [0x1f, 0x8b] as const;

function dead(reason: string, bytes: Uint8Array): Segment {
  return segment([{ reason }], () => bytes);
}

function withBytes(parts: readonly JsonPart[], own: Segment['own']): readonly DecodedPart[] {
  return parts.map((part, i) => ('reason' in part ? { reason: part.reason, bytes: own(i) } : part));
}

function ownBytes(segments: readonly Segment[], part: number): Uint8Array {
  let before = 0;
  for (const { parts, own } of segments) {
    if (part < before + parts.length) return own(part - before);
    before += parts.length;
  }
  throw new RangeError(`the record has ${before} parts, no number ${part}`);
}

function inflate(bytes: Uint8Array, budget: Budget): Segment {
  const bomb = `gzip bomb: the record inflates to more than ${MOST_INFLATED} bytes`;
  if (budget.left === 0) return dead(bomb, bytes);
  let inflated: Uint8Array;
  try {
    inflated = gunzipSync(bytes, { maxOutputLength: budget.left });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_BUFFER_TOO_LARGE') return dead(`not gzip: ${message}`, bytes);
    // Nothing more of the record: the next one would take as long to find out.
    budget.left = 0;
    return dead(bomb, bytes);
  }
  budget.left -= inflated.length;
  const joined = new JoinedJson(inflated.length, 1);
  joined.addBytes(inflated);
  // Inflated again when it must be: to hold what thousands of records inflate to would take more memory than there is.
  return segment(
    joined.parse()[0] as JsonPart[],
    () => bytes,
    () => new Uint8Array(gunzipSync(bytes)),
  );
}

function aggregated(bytes: Uint8Array, partitionKey: string, { aggregation, hashRange }: DecodeOptions, budget: Budget): Segments {
  if (aggregation !== 'kpl') return { segments: [dead("aggregated by the KPL: declare the stream with aggregation: 'kpl'", bytes)] };
  const result = deaggregate(bytes, { range: hashRange, partitionKey });
  if ('reason' in result) return { segments: [dead(result.reason, bytes)] };
  const { payloads, elsewhere } = result;
  const joined = new JoinedJson(
    payloads.reduce((sum, { data }) => sum + data.length, 0),
    payloads.length,
  );
  const plans = payloads.map(({ data, reason }) => {
    if (reason !== undefined) return dead(reason, data);
    return data[0] === GZIP_MAGIC[0] && data[1] === GZIP_MAGIC[1] ? inflate(data, budget) : joined.addBytes(data);
  });
  const parsed = joined.parse();
  const segments = plans.map((planned, i) =>
    typeof planned === 'number' ? segment(parsed[planned] as JsonPart[], () => (payloads[i] as (typeof payloads)[number]).data) : planned,
  );
  const events = segments.reduce((sum, { parts }) => sum + parts.length, 0);
  return events > MOST_EVENTS ? { segments: [dead(TOO_MANY_EVENTS, bytes)] } : { segments, elsewhere };
}
