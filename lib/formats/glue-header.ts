import { inflateSync } from 'node:zlib';

/** A payload without the header of the AWS Glue Schema Registry. */
export interface GlueMessage {
  /** the id of the schema version it was written by, as a UUID; `undefined`: there is no header */
  readonly version: string | undefined;
  readonly body: Uint8Array;
}

const HEADER_VERSION = 3;
const COMPRESSIONS = { none: 0, zlib: 5 } as const;
const LENGTH = 18;

/**
 * Removes the header of the AWS Glue Schema Registry's serializers: one byte for the header's version, one for the compression, and the
 * 16 bytes of the schema version's id.
 *
 * @param most bytes the body may inflate to
 * @throws Error when its body is not zlib, or inflates to more
 * @see https://github.com/awslabs/aws-glue-schema-registry (AWSSchemaRegistryConstants)
 */
export function glueMessage(payload: Uint8Array, most: number): GlueMessage {
  const compression = payload[1];
  const known = compression === COMPRESSIONS.none || compression === COMPRESSIONS.zlib;
  if (payload.length < LENGTH || payload[0] !== HEADER_VERSION || !known) return { version: undefined, body: payload };
  const hex = Buffer.from(payload.subarray(2, LENGTH)).toString('hex');
  const version = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  const body = payload.subarray(LENGTH);
  return { version, body: compression === COMPRESSIONS.zlib ? inflateSync(body, { maxOutputLength: most }) : body };
}
