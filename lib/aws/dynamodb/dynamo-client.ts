import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** Longer than DynamoDB takes for 1 MB, shorter than a function can wait. */
const REQUEST_TIMEOUT = 5_000;
const CONNECTION_TIMEOUT = 1_000;
const ATTEMPTS = 4;
/** Connections at once. The SDK's timeouts run while a request waits for one, so a store sends no more requests than that. */
export const SOCKETS = 50;

/**
 * A client with timeouts and retries for requests that hang: by default, the SDK waits for ever.
 *
 * @param config further options of the client, e.g. `endpoint`; they override the defaults
 */
export function createDynamoClient(config: DynamoDBClientConfig = {}): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: ATTEMPTS,
    requestHandler: new NodeHttpHandler({
      requestTimeout: REQUEST_TIMEOUT,
      throwOnRequestTimeout: true,
      connectionTimeout: CONNECTION_TIMEOUT,
      httpAgent: { maxSockets: SOCKETS },
      httpsAgent: { maxSockets: SOCKETS },
    }),
    ...config,
  });
}
