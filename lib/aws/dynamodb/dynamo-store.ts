import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTableStore } from '../../store/items/table-store.ts';
import type { Store } from '../../store/ports.ts';
import { SOCKETS } from './dynamo-client.ts';
import { DynamoTable, type DynamoTableOptions } from './dynamo-table.ts';
import { limitedClient } from './limited-client.ts';

/**
 * The store on DynamoDB. It uses no transactions and no PartiQL: every guarantee is one conditional write of one item. At most
 * 50 requests are in flight at a time; the others wait.
 *
 * @param options.pieceBytes bytes above which a body is kept in pieces; default 350 KB
 * @param options.pause how it waits if DynamoDB does not process a batch; default: a random time up to a second
 * @param options.client retries and timeouts are the client's: see {@link createDynamoClient}
 * @param options.stateTable name of a table made like `stateTableSchema`
 * @param options.resultsTable name of a table made like `resultsTableSchema`
 * @returns a store whose methods throw MillraceError `unavailable` if DynamoDB did not respond or throttled
 * @example
 * ```ts
 * const store = createDynamoStore({ client: createDynamoClient(), stateTable: 'shop-state', resultsTable: 'shop-results' });
 * ```
 */
export function createDynamoStore(
  options: {
    readonly client: DynamoDBClient;
    readonly stateTable: string;
    readonly resultsTable: string;
  } & Pick<DynamoTableOptions, 'pieceBytes' | 'pause'>,
): Store {
  const { stateTable, resultsTable, ...rest } = options;
  const client = limitedClient(options.client, SOCKETS);
  return createTableStore({ state: new DynamoTable(client, stateTable, rest), results: new DynamoTable(client, resultsTable, rest) });
}
