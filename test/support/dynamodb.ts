import type { AddressInfo } from 'node:net';
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoClient } from '../../lib/aws/dynamodb/dynamo-client.ts';
import { resultsTableSchema, stateTableSchema } from '../../lib/aws/dynamodb/tables.ts';
import { createDynalite } from '../../lib/local/dynalite.ts';

/** A local DynamoDB with the two tables. */
export interface LocalDynamo {
  readonly client: DynamoDBClient;
  readonly stateTable: string;
  readonly resultsTable: string;
  stop(): Promise<void>;
}

/** One in this process. */
export async function startDynamo(): Promise<LocalDynamo> {
  const server = createDynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = createDynamoClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const tables = await createTables(client);
  const stop = async (): Promise<void> => {
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { client, ...tables, stop };
}

/** Makes an application's two tables. */
export async function createTables(client: DynamoDBClient): Promise<Pick<LocalDynamo, 'stateTable' | 'resultsTable'>> {
  const [stateTable, resultsTable] = ['test-state', 'test-results'];
  await client.send(new CreateTableCommand(stateTableSchema(stateTable)));
  await client.send(new CreateTableCommand(resultsTableSchema(resultsTable)));
  return { stateTable, resultsTable };
}
