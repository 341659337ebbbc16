import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { createDynamoClient } from '../aws/dynamodb/dynamo-client.ts';
import { resultsTableSchema, stateTableSchema } from '../aws/dynamodb/tables.ts';
import { MillraceError } from '../core/errors.ts';
import { createDynalite } from './dynalite.ts';
import { type Address, type Listening, listen } from './listen.ts';
import { LOCAL_AWS } from './local-aws.ts';
import { outliveClients } from './outlive-clients.ts';

/** A DynamoDB in this process. */
export interface DynamoServer extends Listening {
  /** a client of it, destroyed with it */
  readonly client: DynamoDBClient;
  /** Creates an application's two tables if they do not exist. */
  createTables(application: string): Promise<{ stateTable: string; resultsTable: string }>;
}

/** How often, and with which interval in milliseconds, to check whether a table exists. */
const STATUS_POLLS = 200;
const STATUS_POLL = 10;

/**
 * Starts a DynamoDB emulator (dynalite).
 *
 * Acknowledged writes survive the end of the process, even kill -9: LevelDB hands each write to the operating system
 * before it acknowledges. A power failure may lose the last ones.
 *
 * @param options `host`, `port` (0: any free one); `directory`: where data is stored; in memory if absent
 * @throws MillraceError `argument` if the port is not available
 *
 * @example
 * ```ts
 * const dynamo = await startDynamoServer({ host: '127.0.0.1', port: 0 });
 * const { stateTable, resultsTable } = await dynamo.createTables('shop');
 * await dynamo.stop();
 * ```
 */
export async function startDynamoServer(options: Address & { readonly directory?: string }): Promise<DynamoServer> {
  const server = createDynalite({
    ...(options.directory !== undefined && { path: join(options.directory, 'dynamodb') }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  outliveClients(server);
  const listening = await listen(server, options, 'DynamoDB', '--dynamodb-port');
  const client = createDynamoClient({ ...LOCAL_AWS, endpoint: listening.url });
  return {
    ...listening,
    client,
    async createTables(application) {
      const [stateTable, resultsTable] = [`${application}-state`, `${application}-results`];
      await createTable(client, stateTableSchema(stateTable));
      await createTable(client, resultsTableSchema(resultsTable));
      return { stateTable, resultsTable };
    },
    async stop() {
      client.destroy();
      await listening.stop();
    },
  };
}

async function createTable(client: DynamoDBClient, schema: CreateTableCommandInput): Promise<void> {
  const name = schema.TableName as string;
  if (await isThere(client, name)) return;
  await client.send(new CreateTableCommand(schema));
  await isThere(client, name);
}

/** Whether a table exists; waits until it is active. */
async function isThere(client: DynamoDBClient, name: string): Promise<boolean> {
  for (let polls = 0; polls < STATUS_POLLS; polls++) {
    try {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
      if (Table?.TableStatus === 'ACTIVE' || Table?.TableStatus === 'UPDATING') return true;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return false;
      throw error;
    }
    await sleep(STATUS_POLL);
  }
  throw new MillraceError(
    'unavailable',
    `the local DynamoDB's table "${name}" was not created completely before its process ended: delete the data directory and start again`,
  );
}
