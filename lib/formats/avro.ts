import avsc, { type Schema, type Type } from 'avsc';
import { formatInstant } from '../core/instant.ts';
import { MOST_INFLATED } from './decode-payload.ts';
import { type Format, MOST_EVENTS, undecodable } from './format.ts';
import { glueMessage } from './glue-header.ts';

/** A schema as Avro writes it: an object, or its JSON text. */
export type AvroSchema = Readonly<Record<string, unknown>> | string;

/** How records in Avro are read. */
export interface AvroOptions {
  /**
   * schemas of writers, by the ids of their versions in the Glue registry. Each is resolved to the format's
   * own schema, so that missing fields have their defaults. Default: all records are read by the format's own schema
   */
  readonly versions?: Readonly<Record<string, AvroSchema>>;
}

/**
 * Records in Avro's binary encoding, one in each payload, with the Glue registry's header or without. A 64-bit number beyond 2^53 is a BigInt,
 * `bytes` and `fixed` are text in base64, `timestamp-millis`, `timestamp-micros` and `date` are ISO 8601, a `decimal` is text of its digits.
 *
 * @throws RangeError if a schema is invalid
 * @see https://avro.apache.org/docs/1.12.0/specification/
 *
 * @example
 * ```ts
 * import { avro } from 'millrace/avro';
 * import schema from './order.json' with { type: 'json' };
 * const orders = stream('orders', { format: avro(schema), columns: { id: 'text', amount: 'bigint', at: 'timestamptz' }, eventTime: 'at' });
 * ```
 */
export function avro(schema: AvroSchema, { versions = {} }: AvroOptions = {}): Format {
  const type = typeOf(schema, 'the schema', LOGICAL_TYPES);
  const readers = new Map(
    Object.entries(versions).map(([version, written]) => {
      // The reader's own type determines the meaning of a logical type.
      const writer = typeOf(written, `the schema of version ${version}`, {});
      try {
        return [version.toLowerCase(), type.createResolver(writer)] as const;
      } catch (error) {
        throw new RangeError(`the schema of version ${version} cannot be resolved to the format's own schema: ${(error as Error).message}`);
      }
    }),
  );
  return {
    kind: 'format',
    name: 'avro',
    gzip: false,
    decode(payload) {
      try {
        const { version, body } = glueMessage(payload, MOST_INFLATED);
        const resolver = version === undefined ? undefined : readers.get(version);
        if (version !== undefined && readers.size > 0 && !resolver)
          return undecodable(`not Avro: its schema version ${version} is not among the format's versions`, payload);
        const buffer = Buffer.from(body.buffer, body.byteOffset, body.length);
        return { parts: [{ value: plain(type.fromBuffer(buffer, resolver)) }], own: () => payload };
      } catch (error) {
        // The error of avsc when it reads past the end.
        const why = error instanceof TypeError ? 'it is truncated, or written by another schema' : (error as Error).message;
        return undecodable(`not Avro by the schema: ${why}`.slice(0, 300), payload);
      }
    },
  };
}

function typeOf(given: AvroSchema, what: string, logicalTypes: Partial<typeof LOGICAL_TYPES>): Type {
  try {
    const schema = (typeof given === 'string' ? JSON.parse(given) : given) as Schema;
    return avsc.Type.forSchema(schema, { registry: { long: LONG }, logicalTypes, typeHook: boundedType });
  } catch (error) {
    throw new RangeError(`${what} is no Avro schema: ${(error as Error).message}`);
  }
}

/** Whole numbers of 64 bits without rounding. */
const LONG = avsc.types.LongType.__with({
  fromBuffer(bytes: Buffer) {
    const whole = bytes.readBigInt64LE();
    const number = Number(whole);
    return Number.isSafeInteger(number) ? number : whole;
  },
  toBuffer(value: number | bigint) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  },
  fromJSON: (value: number) => value,
  toJSON: (value: number | bigint) => Number(value),
  isValid: (value: unknown) => typeof value === 'bigint' || Number.isSafeInteger(value),
  compare: (a: number | bigint, b: number | bigint) => (a < b ? -1 : a > b ? 1 : 0),
});

/** What avsc reads from. It reads past the end without a word: what it read there is refused when all is read. */
interface Tap {
  readonly buf: Uint8Array;
  readonly pos: number;
  readLong(): number;
  readString(): string;
}

/** By payload, how many elements it has had that take no bytes. */
const WITHOUT_BYTES = new WeakMap<Uint8Array, number>();

interface Readable {
  _read(tap: Tap): unknown;
}

/**
 * The elements of an array or a map, of which a payload of few bytes may say that there are billions: none is read past the end, and of those
 * that take no bytes there are no more than a record may hold events.
 */
function* elements<T>(tap: Tap, read: () => T): Generator<T> {
  for (let count = tap.readLong(); count !== 0; count = tap.readLong()) {
    // A block with its size in bytes.
    if (count < 0) tap.readLong();
    for (let left = Math.abs(count); left > 0; left--) {
      const from = tap.pos;
      const element = read();
      if (tap.pos > tap.buf.length) throw new RangeError('it is truncated, or written by another schema');
      if (tap.pos <= from) countWithoutBytes(tap);
      yield element;
    }
  }
}

/** Of the payload together: arrays of arrays take few bytes too. */
function countWithoutBytes({ buf }: Tap): void {
  const count = (WITHOUT_BYTES.get(buf) ?? 0) + 1;
  if (count > MOST_EVENTS) throw new RangeError(`it has more than ${MOST_EVENTS} elements without bytes`);
  WITHOUT_BYTES.set(buf, count);
}

class BoundedArray extends avsc.types.ArrayType {
  _read(tap: Tap): unknown[] {
    const items = this.itemsType as unknown as Readable;
    return Array.from(elements(tap, () => items._read(tap)));
  }

  _skip(tap: Tap): void {
    this._read(tap);
  }
}

class BoundedMap extends avsc.types.MapType {
  _read(tap: Tap): Readonly<Record<string, unknown>> {
    const values = this.valuesType as Readable;
    // By entries, so that a key may be called `__proto__`.
    return Object.fromEntries(elements(tap, () => [tap.readString(), values._read(tap)] as const));
  }

  _skip(tap: Tap): void {
    this._read(tap);
  }
}

function boundedType(schema: Schema, options: object): Type | undefined {
  const { type } = schema as { readonly type?: unknown };
  if (type === 'array') return new BoundedArray(schema, options);
  return type === 'map' ? new BoundedMap(schema, options) : undefined;
}

/** A logical type that is read as text. */
function readAs<T>(read: (value: T) => string) {
  return class extends avsc.types.LogicalType {
    protected override _fromValue(value: T): string {
      return read(value);
    }

    protected override _toValue(): never {
      throw new TypeError('streams are only read');
    }

    protected override _resolve(): (value: T) => string {
      return read;
    }
  };
}

const DAY = 86_400_000;

class DecimalType extends avsc.types.LogicalType {
  readonly #scale: number;

  constructor(schema: Schema, options?: object) {
    super(schema, options);
    this.#scale = Number((schema as { scale?: number }).scale ?? 0);
  }

  protected override _fromValue(bytes: Buffer): string {
    const unsigned = BigInt(`0x${bytes.toString('hex') || '0'}`);
    const whole = BigInt.asIntN(Math.max(8, bytes.length * 8), unsigned);
    const digits = String(whole < 0n ? -whole : whole).padStart(this.#scale + 1, '0');
    const at = digits.length - this.#scale;
    return `${whole < 0n ? '-' : ''}${digits.slice(0, at)}${this.#scale > 0 ? `.${digits.slice(at)}` : ''}`;
  }

  protected override _toValue(): never {
    throw new TypeError('streams are only read');
  }

  protected override _resolve(): (bytes: Buffer) => string {
    return (bytes) => this._fromValue(bytes);
  }
}

const LOGICAL_TYPES = {
  'timestamp-millis': readAs((ms: number) => formatInstant(ms)),
  'timestamp-micros': readAs((us: number | bigint) => formatInstant(Math.floor(Number(us) / 1000))),
  date: readAs((days: number) => formatInstant(days * DAY).slice(0, 10)),
  decimal: DecimalType,
};

/** Avro's values as JSON has them: bytes in base64, objects without classes. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
