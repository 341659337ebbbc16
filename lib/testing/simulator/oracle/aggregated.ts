import { createHash } from 'node:crypto';

/** One of several records that are put together in one. */
export interface UserRecord {
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

const MAGIC = [0xf3, 0x89, 0x9a, 0xc2];
const DIGEST_BYTES = 16;

/** The hash key of a partition key: its MD5 as a number. */
export function hashOf(partitionKey: string): bigint {
  return BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`);
}

/** The user records of an aggregated record, as far as the simulated producers make them; nothing when it is no such record. */
export function unpackRecords(data: Uint8Array): UserRecord[] | undefined {
  if (!MAGIC.every((byte, i) => data[i] === byte)) return undefined;
  const fields = fieldsOf(data.subarray(MAGIC.length, data.length - DIGEST_BYTES));
  const keys = fields.filter(({ field }) => field === 1).map(({ bytes }) => Buffer.from(bytes).toString());
  return fields
    .filter(({ field }) => field === 3)
    .map(({ bytes }) => {
      // The number of its key, which is small, and its data.
      const [data] = fieldsOf(bytes.subarray(2));
      return { partitionKey: keys[bytes[1] as number] as string, data: data?.bytes ?? new Uint8Array() };
    });
}

function fieldsOf(message: Uint8Array): { readonly field: number; readonly bytes: Uint8Array }[] {
  const found: { field: number; bytes: Uint8Array }[] = [];
  for (let at = 0; at < message.length; ) {
    const field = (message[at++] as number) >> 3;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at++] as number;
      length += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    found.push({ field, bytes: message.subarray(at, at + length) });
    at += length;
  }
  return found;
}
