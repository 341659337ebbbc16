import { gunzipSync } from 'node:zlib';
import type { KinesisStreamRecord } from 'aws-lambda';
import { isGzip, MOST_INFLATED } from '../../formats/decode-payload.ts';
import { byteOrderMark, withoutByteOrderMark } from '../../formats/encoding.ts';
import { type Format, MOST_EVENTS, type Part, TOO_MANY_EVENTS } from '../../formats/format.ts';
import { JoinedJson } from '../../formats/json/joined-json.ts';
import { elementsOf } from '../../formats/json/json-elements.ts';
import type { DecodedPart, DecodedRecord } from '../../runtime/decoded-record.ts';
import type { HashRange } from '../../runtime/shard-source.ts';
import { deaggregate, KPL_MAGIC } from './kpl.ts';

/** How a stream's records are packed. */
export interface DecodeOptions {
  /** default JSON */
  readonly format?: Format | undefined;
  /** `kpl`: records may be aggregated by the Kinesis Producer Library */
  readonly aggregation?: 'kpl' | undefined;
  /** the shard's hash keys, which identify user records that the KPL puts again; without them, no user record is left out */
  readonly hashRange?: HashRange | undefined;
}

/** The inflated size at which the rest of a batch is left for the next one: 6 MB of records can inflate to gigabytes. */
const ENOUGH_INFLATED = 64 * 1024 * 1024;

/**
 * Decodes a batch of Kinesis records. Payloads have the stream's format, by default one JSON value; an array is a list of events.
 * They can be compressed with gzip and begin with a byte order mark, and records can be aggregated by the KPL. Data that cannot be decoded
 * becomes a part with a reason.
 *
 * @param records the `Records` of a Lambda event, in order
 * @returns the decoded records, in the same order, or only the first ones if they inflate to too much at once; never throws
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
    const most = options.format?.mostInflated ?? MOST_INFLATED;
    const budget = { left: most, most };
    plans.push(plan(joined, kinesis, options, budget));
    inflated += most - budget.left;
  }
  const parsed = joined.parse();
  return records.slice(0, plans.length).map(({ kinesis }, i): DecodedRecord => {
    const planned = plans[i] as Planned;
    // Kinesis gives seconds with a fraction.
    const arrival = Math.round(kinesis.approximateArrivalTimestamp * 1000);
    if (typeof planned === 'number') return new JoinedRecord(kinesis, arrival, joined, planned, parsed[planned] as Part[]);
    return {
      sequence: kinesis.sequenceNumber,
      arrival,
      partitionKey: kinesis.partitionKey,
      ...(planned.partitionKeys && {
        partKey: (part: number) => planned.partitionKeys?.[segmentOf(planned.segments, part).segment] as string,
      }),
      parts: planned.segments.flatMap(({ parts, own }) => withBytes(parts, own)),
      ...(planned.elsewhere && { elsewhere: planned.elsewhere }),
      bytes: () => planned.bytes,
      partBytes: (part) => ownBytes(planned.segments, part),
    };
  });
}

type Key = Pick<KinesisStreamRecord['kinesis'], 'sequenceNumber' | 'partitionKey'>;

/** A record whose payload was parsed with the others. Nearly all are, so this is a single object without closures. */
class JoinedRecord implements DecodedRecord {
  readonly sequence: string;
  readonly arrival: number;
  readonly partitionKey: string;
  readonly parts: readonly DecodedPart[];
  // Plain fields: private ones take longer to create, and every event has such an object.
  private readonly joined: JoinedJson;
  private readonly payload: number;
  private elements: readonly Uint8Array[] | undefined = undefined;

  constructor(kinesis: Key, arrival: number, joined: JoinedJson, payload: number, parts: readonly Part[]) {
    this.sequence = kinesis.sequenceNumber;
    this.partitionKey = kinesis.partitionKey;
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

function hasRefused(parts: readonly Part[]): boolean {
  for (let i = 0; i < parts.length; i++) if ('reason' in (parts[i] as Part)) return true;
  return false;
}

/** The number of a payload that is parsed with the others, or what was decoded at once. */
type Planned = number | (Segments & { readonly bytes: Uint8Array });

interface Segments {
  readonly segments: readonly Segment[];
  /** user records that were left out */
  readonly elsewhere?: number;
  /** of each segment, if it is a user record */
  readonly partitionKeys?: readonly string[];
}

/** What is read of a record. */
type Payload = Pick<KinesisStreamRecord['kinesis'], 'data' | 'partitionKey'>;

/** Parts that came as one payload. */
interface Segment {
  readonly parts: readonly Part[];
  /** the bytes to put to send one of them again, without the others */
  readonly own: (part: number) => Uint8Array;
}

/**
 * @param whole the payload as it came
 * @param text the JSON it holds; asked for only when it is an array and one of its elements must be kept
 */
function segment(parts: readonly Part[], whole: () => Uint8Array, text = whole): Segment {
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
  readonly most: number;
}

function plan(joined: JoinedJson, kinesis: Payload, options: DecodeOptions, budget: Budget): Planned {
  const payload = joined.addBase64(kinesis.data);
  const { format } = options;
  const first = joined.byteAt(payload, 0);
  if (first === undefined) {
    const bytes = joined.takeLast();
    return { segments: [dead('the record is empty', bytes)], bytes };
  }
  // What is binary may begin with these bytes by itself: then only what is declared counts.
  const isKpl = first === KPL_MAGIC[0] && KPL_MAGIC.every((byte, offset) => joined.byteAt(payload, offset) === byte);
  if (isKpl && (options.aggregation === 'kpl' || (format?.gzip ?? true))) {
    const bytes = joined.takeLast();
    return { ...aggregated(bytes, kinesis.partitionKey, options, budget), bytes };
  }
  if (format) {
    const bytes = joined.takeLast();
    return { segments: [formatted(bytes, format, budget)], bytes };
  }
  if (isGzip(first, joined.byteAt(payload, 1), undefined)) {
    const bytes = joined.takeLast();
    return { segments: [inflatedJson(bytes, budget)], bytes };
  }
  if (byteOrderMark(first, joined.byteAt(payload, 1), joined.byteAt(payload, 2)) === 0) return payload;
  return joined.addBytes(withoutByteOrderMark(joined.takeLast()));
}

function dead(reason: string, bytes: Uint8Array): Segment {
  return segment([{ reason }], () => bytes);
}

function withBytes(parts: readonly Part[], own: Segment['own']): readonly DecodedPart[] {
  return parts.map((part, i) => ('reason' in part ? { reason: part.reason, bytes: own(i) } : part));
}

function ownBytes(segments: readonly Segment[], part: number): Uint8Array {
  const { segment: at, before } = segmentOf(segments, part);
  return (segments[at] as Segment).own(part - before);
}

/** Which segment a part of a record is in, and how many parts are before it. */
function segmentOf(segments: readonly Segment[], part: number): { readonly segment: number; readonly before: number } {
  let before = 0;
  for (const [segment, { parts }] of segments.entries()) {
    if (part < before + parts.length) return { segment, before };
    before += parts.length;
  }
  throw new RangeError(`the record has ${before} parts, no number ${part}`);
}

/** What a payload holds whose format is not JSON. */
function formatted(bytes: Uint8Array, format: Format, budget: Budget): Segment {
  let text = bytes;
  if (isGzip(bytes[0], bytes[1], format)) {
    const inflated = inflate(bytes, budget);
    if (typeof inflated === 'string') return dead(inflated, bytes);
    text = inflated;
  }
  if (format.gzip) text = withoutByteOrderMark(text);
  if (text.length === 0) return dead('it is empty', bytes);
  const { parts, own } = format.decode(text);
  if (parts.length > MOST_EVENTS) return dead(TOO_MANY_EVENTS, bytes);
  return { parts, own: (part) => (parts.length === 1 ? bytes : own(part)) };
}

function inflatedJson(bytes: Uint8Array, budget: Budget): Segment {
  const inflated = inflate(bytes, budget);
  if (typeof inflated === 'string') return dead(inflated, bytes);
  const joined = new JoinedJson(inflated.length, 1);
  joined.addBytes(withoutByteOrderMark(inflated));
  // Inflated again on demand: keeping the inflated data of thousands of records would exceed the memory.
  return segment(
    joined.parse()[0] as Part[],
    () => bytes,
    () => new Uint8Array(gunzipSync(bytes)),
  );
}

/** What gzip holds, or why it is not inflated. */
function inflate(bytes: Uint8Array, budget: Budget): Uint8Array | string {
  const bomb = `gzip bomb: the record inflates to more than ${budget.most} bytes`;
  if (budget.left === 0) return bomb;
  try {
    const inflated = gunzipSync(bytes, { maxOutputLength: budget.left });
    budget.left -= inflated.length;
    return inflated;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_BUFFER_TOO_LARGE') return `not gzip: ${message}`;
    // Nothing more of the record: the next one would take as long to find out.
    budget.left = 0;
    return bomb;
  }
}

function aggregated(bytes: Uint8Array, partitionKey: string, { aggregation, hashRange, format }: DecodeOptions, budget: Budget): Segments {
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
    if (format) return formatted(data, format, budget);
    if (isGzip(data[0], data[1], undefined)) return inflatedJson(data, budget);
    return joined.addBytes(withoutByteOrderMark(data));
  });
  const parsed = joined.parse();
  const segments = plans.map((planned, i) =>
    typeof planned === 'number' ? segment(parsed[planned] as Part[], () => (payloads[i] as (typeof payloads)[number]).data) : planned,
  );
  const events = segments.reduce((sum, { parts }) => sum + parts.length, 0);
  return events > MOST_EVENTS
    ? { segments: [dead(TOO_MANY_EVENTS, bytes)] }
    : { segments, elsewhere, partitionKeys: payloads.map(({ partitionKey: key }) => key) };
}
