import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** How long Kinesis may take to answer, in milliseconds. */
const TIMEOUTS = { requestTimeout: 10_000, throwOnRequestTimeout: true, connectionTimeout: 3_000 };

/**
 * A client without retries, so that it never puts a record twice: after a request without a response, the caller
 * decides whether to retry. It uses HTTP/1, like emulators.
 *
 * @param local where an emulator is and what it takes for credentials; without, AWS as the environment says
 */
export function createReplayClient(local?: ConstructorParameters<typeof KinesisClient>[0]): KinesisClient {
  return new KinesisClient({ maxAttempts: 1, requestHandler: new NodeHttpHandler(TIMEOUTS), ...local });
}
