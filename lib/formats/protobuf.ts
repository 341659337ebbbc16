import protobuf, { type Root, type Type } from 'protobufjs';
import { formatInstant } from '../core/instant.ts';
import { MOST_INFLATED } from './decode-payload.ts';
import { type Format, undecodable } from './format.ts';
import { glueMessage } from './glue-header.ts';

/** How messages in Protocol Buffers are read. */
export interface ProtobufOptions {
  /** the text of a `.proto` file; it cannot import other files, except Google's well-known types */
  readonly schema: string;
  /** the message's full name, such as `shop.Order` */
  readonly message: string;
}

/**
 * Messages of Protocol Buffers, one in each payload, with the Glue registry's header or without. Columns are named as fields are in the `.proto`;
 * fields without presence that are not set have their defaults. A 64-bit number beyond 2^53 is a BigInt, bytes are text in base64, an enum's
 * value is its name, a `google.protobuf.Timestamp` is ISO 8601.
 *
 * @throws RangeError if the schema is invalid, or has no such message
 * @see https://protobuf.dev/programming-guides/encoding/
 *
 * @example
 * ```ts
 * import { protobuf } from 'millrace/protobuf';
 * const format = protobuf({ schema: 'syntax = "proto3"; message Click { string page = 1; int64 at = 2; }', message: 'Click' });
 * const clicks = stream('clicks', { format, columns: { page: 'text', at: 'bigint' }, eventTime: 'at' });
 * ```
 */
function protobufFormat({ schema, message }: ProtobufOptions): Format {
  const type = typeOf(schema, message);
  return {
    kind: 'format',
    name: 'protobuf',
    gzip: false,
    decode(payload) {
      try {
        const { version, body } = glueMessage(payload, MOST_INFLATED);
        return { parts: [{ value: plain(type, type.decode(version === undefined ? body : afterIndex(body))) }], own: () => payload };
      } catch (error) {
        return undecodable(`not protobuf by the schema: ${(error as Error).message}`.slice(0, 300), payload);
      }
    },
  };
}

export { protobufFormat as protobuf };

function typeOf(schema: string, message: string): Type {
  let root: Root;
  try {
    const parsed = protobuf.parse(schema, { keepCase: true });
    root = parsed.root;
    for (const file of parsed.imports ?? []) {
      const common = protobuf.common.get(file);
      if (!common)
        throw new Error(`it imports ${file}, but only Google's well-known types can be imported: copy the message into the schema`);
      root.addJSON((common.nested ?? {}) as Parameters<Root['addJSON']>[0]);
    }
    root.resolveAll();
  } catch (error) {
    throw new RangeError(`the schema is not a valid .proto file: ${(error as Error).message}`);
  }
  try {
    return root.lookupType(message);
  } catch {
    throw new RangeError(`the schema has no message "${message}"`);
  }
}

/** The Glue registry's serializer puts the number of the message's type among those of its file before the message. */
function afterIndex(body: Uint8Array): Uint8Array {
  let at = 0;
  while (at < body.length && (body[at] as number) >= 0x80) at++;
  return body.subarray(at + 1);
}

const CONVERSION = { enums: String, bytes: String, longs: String, defaults: true, arrays: true, objects: true } as const;
const LONGS: readonly string[] = ['int64', 'uint64', 'sint64', 'fixed64', 'sfixed64'];

/** A message as JSON has it. */
function plain(type: Type, message: protobuf.Message): unknown {
  return plainObject(type, type.toObject(message, CONVERSION));
}

function plainObject(type: Type, object: Readonly<Record<string, unknown>>): unknown {
  if (type.fullName === '.google.protobuf.Timestamp') {
    return formatInstant(Number(object.seconds) * 1000 + Math.floor(Number(object.nanos) / 1e6));
  }
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      const field = type.fields[name];
      if (!field || value === null || value === undefined) return [name, value];
      const one = (each: unknown): unknown => plainValue(field, each);
      if (field.map) return [name, Object.fromEntries(Object.entries(value).map(([key, each]) => [key, one(each)]))];
      return [name, field.repeated ? (value as unknown[]).map(one) : one(value)];
    }),
  );
}

function plainValue({ type, resolvedType }: protobuf.Field, value: unknown): unknown {
  if (resolvedType instanceof protobuf.Type) return plainObject(resolvedType, value as Readonly<Record<string, unknown>>);
  if (!LONGS.includes(type)) return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(String(value));
}
