import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { MillraceError } from '../../core/errors.ts';
import type { Plan } from '../../plan/plan.ts';
import type { ShardSource } from '../../runtime/shard-source.ts';
import type { Environment } from '../environment.ts';
import { createKinesisShardSource } from '../kinesis/kinesis-shard-source.ts';

/** How long Kinesis may take for one answer, in milliseconds; the SDK then tries again. */
const REQUEST_TIMEOUT = 5000;

/**
 * The shards of the streams that the environment names.
 *
 * @throws MillraceError `argument` when it names none for a stream of the application
 */
export function kinesisShards(plan: Plan, environment: Environment): ShardSource {
  const { streams, startingPosition } = environment;
  for (const { name } of plan.streams) {
    if (!Object.hasOwn(streams, name)) {
      throw new MillraceError(
        'argument',
        `the environment variable MILLRACE_STREAMS has no Kinesis stream for "${name}" of application "${plan.name}"`,
      );
    }
  }
  const client = new KinesisClient({
    // HTTP/1, since local stand-ins for Kinesis speak nothing else.
    requestHandler: new NodeHttpHandler({ requestTimeout: REQUEST_TIMEOUT, throwOnRequestTimeout: true, connectionTimeout: 1000 }),
  });
  return createKinesisShardSource({ client, streams, startingPosition });
}
