import { envelopes, isEnvelope } from '../envelope.ts';
import type { Format } from '../format.ts';

/**
 * The records of the Database Migration Service: `operation` (`load`, `insert`, `update`, `delete`), `schema_name`, `table_name`, `timestamp` (ISO
 * 8601), `transaction_id`, the row as `data`, and `before`, the row before an update if that is captured. Control records, for
 * created or changed tables, have no events.
 *
 * @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Kinesis.html
 */
export const DMS: Format = envelopes('dms', ({ data = null, metadata, 'before-image': before = null }) => {
  if (!isEnvelope(metadata) || typeof metadata.operation !== 'string') return 'it has no metadata with an operation';
  if (metadata['record-type'] === 'control') return [];
  if (!isEnvelope(data)) return 'it has no data';
  const { timestamp, operation, 'schema-name': schema, 'table-name': table, 'transaction-id': transaction = null } = metadata;
  return [{ value: { operation, schema_name: schema, table_name: table, timestamp, transaction_id: transaction, data, before } }];
});
