import { text } from './arguments.ts';
import type { Given } from './command.ts';
import type { Target } from './target.ts';
import { UsageError } from './usage-error.ts';

/** Where `millrace dev` has its Kinesis unless it is told otherwise. */
const DEFAULT_KINESIS = 'http://127.0.0.1:4567';

/** The options by which a command is told where a stack's Kinesis streams are. */
export const KINESIS_OPTIONS = { kinesis: { type: 'string' }, 'kinesis-stream': { type: 'string' } } as const;

/** What the help says of {@link KINESIS_OPTIONS}. */
export const KINESIS_HELP = `  --kinesis URL      Kinesis of a local stack; default ${DEFAULT_KINESIS}
  --kinesis-stream NAME   the name of the Kinesis stream; default STREAM locally, and the stack's stream with --stack`;

/** A Kinesis stream. */
export interface KinesisStream {
  readonly name: string;
  /** for people */
  readonly place: string;
  readonly endpoint: string | undefined;
}

/**
 * The Kinesis stream behind a stream of an application.
 *
 * @throws UsageError when it cannot be told
 */
export function kinesisStream(given: Given, { deployed, url }: Target, stream: string): KinesisStream {
  const named = text(given, 'kinesis-stream');
  const endpoint = text(given, 'kinesis');
  if (endpoint !== undefined && !URL.canParse(endpoint))
    throw new UsageError(`--kinesis must be a URL such as ${DEFAULT_KINESIS}, not "${endpoint}"`);
  if (deployed && endpoint === undefined) return { name: named ?? deployed.streamName(stream), place: 'AWS', endpoint: undefined };
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
  if (endpoint !== undefined || (local && named === undefined)) {
    const place = endpoint ?? DEFAULT_KINESIS;
    return { name: named ?? stream, place, endpoint: place };
  }
  if (named !== undefined) return { name: named, place: 'AWS', endpoint: undefined };
  throw new UsageError(
    `cannot tell which Kinesis stream is "${stream}" of ${url}: name the stack with --stack, or the stream with --kinesis-stream`,
  );
}
