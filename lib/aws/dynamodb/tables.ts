import type { CreateTableCommandInput, GlobalSecondaryIndex } from '@aws-sdk/client-dynamodb';
import { INDEXES } from '../../store/items/item.ts';

/** The attribute by which items expire, in seconds since the epoch: to be given to both tables' time-to-live setting. */
export const TTL_ATTRIBUTE = 'ttl';

/**
 * The state table: logs, checkpoints, tasks. Its two indexes are sparse (only entries that hold late events or dead letters
 * are in them) and hold keys alone. Protect it from deletion and keep point-in-time recovery on: it is the truth.
 *
 * @param name the table's name, 3 to 255 characters
 * @returns what CreateTable takes
 */
export function stateTableSchema(name: string): CreateTableCommandInput {
  return {
    ...resultsTableSchema(name),
    AttributeDefinitions: ['pk', 'sk', ...Object.values(INDEXES).flatMap(({ partition, sort }) => [partition, sort])].map(text),
    GlobalSecondaryIndexes: Object.entries(INDEXES).map(
      ([IndexName, { partition, sort }]): GlobalSecondaryIndex => ({
        IndexName,
        KeySchema: [
          { AttributeName: partition, KeyType: 'HASH' },
          { AttributeName: sort, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      }),
    ),
  };
}

/**
 * The results table: windows, pages, rows.
 *
 * @param name the table's name, 3 to 255 characters
 * @returns what CreateTable takes
 */
export function resultsTableSchema(name: string): CreateTableCommandInput {
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk'].map(text),
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  };
}

function text(AttributeName: string): { AttributeName: string; AttributeType: 'S' } {
  return { AttributeName, AttributeType: 'S' };
}
