import type { DeadLetter } from '../client/client.ts';
import { flag, text, time, wholeNumber } from './arguments.ts';
import type { Command, Given } from './command.ts';
import { KINESIS_HELP, KINESIS_OPTIONS } from './kinesis-stream.ts';
import { jsonLines } from './print-rows.ts';
import { replay } from './replay.ts';
import { DEFAULT_LEDGER } from './replay-ledger.ts';
import { Table } from './table.ts';
import { asking, openTarget, TARGET_HELP, TARGET_OPTIONS, type Target } from './target.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const DEFAULT_LIMIT = 100;
/** Maximum characters of a letter in a table. */
const SHOWN = 120;

/** `millrace dead-letters`: lists and replays dead letters. */
export const deadLetters: Command = {
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    limit: { type: 'string' },
    replay: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    yes: { type: 'boolean' },
    again: { type: 'boolean' },
    ledger: { type: 'string' },
    ...KINESIS_OPTIONS,
    ...TARGET_OPTIONS,
    json: { type: 'boolean' },
  },
  help: `Usage: millrace dead-letters [STREAM] [--from TIME] [--to TIME] [options]
       millrace dead-letters [STREAM] --replay [--dry-run] [--yes] [options]

Lists the events of a stream that could not be processed, newest first, with the reason. With --replay, puts them back into
their Kinesis stream, oldest first; fix the cause and deploy before you replay. A replayed letter counts like a new event, so it
is late for windows that have closed. Replayed letters are recorded in a ledger and are not put again.

  STREAM             the stream's name in the application; not needed if there is only one
  --from TIME        letters committed at or after this time: ISO 8601, or relative such as "-1 hour"
  --to TIME          letters committed before this time
  --limit N          maximum number of letters listed; default ${DEFAULT_LIMIT}. A replay has no limit
  --replay           puts the letters back, after a confirmation
  --dry-run          shows what a replay would put, and puts nothing
  --yes              skips the confirmation
  --again            also puts letters that were put before, or may have been, according to the ledger
  --ledger FILE      default ${DEFAULT_LEDGER}; keep it where everyone who replays can use it
${KINESIS_HELP}
${TARGET_HELP}
  --json             prints one JSON object per line; the counts of a replay as one object

Exit code of a replay: 0 if every letter that can be put was put, 1 if some were refused or their fate is unknown.
Example: millrace dead-letters clicks --replay --from "-1 day" --stack millrace-shop
`,
  async run(given, terminal) {
    const chosen = rangeOf(given);
    const target = await openTarget(given);
    const stream = await streamOf(given, target, terminal);
    if (flag(given, 'replay')) return replay({ given, target, stream, letters: letters(target, stream, chosen, terminal), terminal });
    return list(given, letters(target, stream, chosen, terminal), terminal);
  },
};

interface Range {
  readonly from: number;
  readonly to: number;
}

function rangeOf(given: Given): Range {
  for (const name of ['dry-run', 'yes', 'again', 'ledger', 'kinesis', 'kinesis-stream']) {
    if (given.values[name] !== undefined && !flag(given, 'replay')) throw new UsageError(`--${name} needs --replay`);
  }
  if (flag(given, 'replay') && text(given, 'limit') !== undefined)
    throw new UsageError('--limit cannot be used with --replay: select letters with --from and --to');
  const now = Date.now();
  return { from: time(given, 'from', now) ?? Number.NEGATIVE_INFINITY, to: time(given, 'to', now) ?? Number.POSITIVE_INFINITY };
}

async function streamOf({ positionals }: Given, target: Target, { interrupted: signal }: Terminal): Promise<string> {
  const [named, more] = positionals;
  if (more !== undefined) throw new UsageError(`unexpected argument "${more}": the only argument is STREAM`);
  if (named !== undefined) return named;
  const streams = (await asking(target, () => target.client.health({ signal }))).streams.map(({ stream }) => stream);
  if (streams.length > 1) throw new UsageError(`the application has several streams: choose one of ${streams.join(', ')}`);
  return streams[0] as string;
}

/** A stream's dead letters that were committed within a range, newest first. */
async function* letters(target: Target, stream: string, { from, to }: Range, { interrupted }: Terminal): AsyncGenerator<DeadLetter> {
  const rows = target.client.deadLetters(stream, { signal: interrupted });
  for (let cursor: string | undefined; ; ) {
    const page = await asking(target, () => rows.page(cursor));
    for (const letter of page.rows) {
      const at = Date.parse(letter.committedAt);
      // Newest commit first, so everything that follows is older than the range.
      if (at < from) return;
      if (at < to) yield letter;
    }
    cursor = page.next;
    if (cursor === undefined) return;
  }
}

async function list(given: Given, letters: AsyncIterable<DeadLetter>, terminal: Terminal): Promise<number> {
  const limit = wholeNumber(given, 'limit', 1, 1e9) ?? DEFAULT_LIMIT;
  const json = flag(given, 'json');
  const shown: DeadLetter[] = [];
  let more = false;
  for await (const letter of letters) {
    more = shown.length === limit;
    if (more) break;
    shown.push(letter);
  }
  if (shown.length > 0) await terminal.out(json ? jsonLines(shown.map(asJson)) : asTable(shown));
  if (shown.length === 0 && !json) terminal.err('no dead letters\n');
  if (more) terminal.err(`there are more than ${limit}: use --limit to show more, or --from and --to to show others\n`);
  return 0;
}

/** A letter as REST returns it. */
function asJson({ committedAt, partitionKey, ...letter }: DeadLetter): object {
  return { committed_at: committedAt, ...letter, ...(partitionKey === undefined ? {} : { partition_key: partitionKey }) };
}

function asTable(letters: readonly DeadLetter[]): string {
  const rows = letters.map(({ committedAt, shard, sequence, reason, views, truncated, text, event, base64 }) => {
    const content = text ?? base64 ?? (event === undefined ? '' : JSON.stringify(event));
    return {
      committed: committedAt,
      shard,
      sequence,
      reason: views === undefined ? reason : `in ${views.join(', ')}: ${reason}`,
      content: `${content.slice(0, SHOWN)}${content.length > SHOWN || truncated ? '…' : ''}`,
    };
  });
  return new Table(['committed', 'shard', 'sequence', 'reason', 'content']).lines(rows);
}
