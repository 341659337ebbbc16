import { LOCAL_AWS } from '../local/local-aws.ts';
import { onlyPositional, time } from './arguments.ts';
import type { Command } from './command.ts';
import { KINESIS_HELP, KINESIS_OPTIONS, kinesisStream } from './kinesis-stream.ts';
import { ProgressLine } from './progress-line.ts';
import { openTarget, TARGET_HELP, TARGET_OPTIONS } from './target.ts';
import { UsageError } from './usage-error.ts';

/** `millrace record`: what a stream holds, for `millrace run`. */
export const record: Command = {
  options: { from: { type: 'string' }, to: { type: 'string' }, ...KINESIS_OPTIONS, ...TARGET_OPTIONS },
  help: `Usage: millrace record STREAM [--from TIME] [--to TIME] [options] > FILE

Prints the records that a stream's Kinesis stream holds, a JSON object a line: shard, sequence number, arrival, partition key, and
the bytes in base64. "millrace run APP --input STREAM=FILE" takes them again, each arriving when it did, so that what happened on
AWS can be run on a laptop. Nothing is changed, and nothing is taken from the application that reads the stream.

  STREAM             as the application calls it
  --from TIME        records that arrived at or after this time: ISO 8601, or from now such as "-1 hour"; default: all that are held
  --to TIME          and before this one; default now
${KINESIS_HELP}
${TARGET_HELP}

Example: millrace record clicks --from "-1 hour" --stack millrace-shop > clicks.jsonl
`,
  async run(given, terminal) {
    const stream = onlyPositional(given, 'STREAM');
    const now = Date.now();
    const from = time(given, 'from', now) ?? Number.NEGATIVE_INFINITY;
    const to = time(given, 'to', now) ?? now;
    if (to > now) throw new UsageError('--to is still to come: what a stream will hold cannot be recorded');
    const { name, endpoint } = kinesisStream(given, await openTarget(given), stream);
    // Only here: the SDK takes a while to load.
    const { createReadClient, readStream } = await import('../aws/kinesis/read-stream.ts');
    const { recordedLine } = await import('../aws/kinesis/recorded.ts');
    const client = createReadClient(endpoint === undefined ? undefined : { ...LOCAL_AWS, endpoint });
    const progress = new ProgressLine(terminal);
    let count = 0;
    try {
      for await (const each of readStream(client, name, {
        from,
        to,
        fromBeginning: endpoint !== undefined,
        signal: terminal.interrupted,
      })) {
        await terminal.out(recordedLine(each));
        if (++count % 1000 === 0) progress.show(`${count.toLocaleString('en')} records`);
        if (terminal.interrupted.aborted) break;
      }
    } finally {
      progress.clear();
      client.destroy();
    }
    terminal.err(`${count} ${count === 1 ? 'record' : 'records'}\n`);
    return terminal.interrupted.aborted ? 130 : 0;
  },
};
