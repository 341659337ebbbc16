import type { DeadLetter } from '../client/client.ts';
import { flag, text, time, wholeNumber } from './arguments.ts';
import type { Command, Given } from './command.ts';
import { jsonLines } from './print-rows.ts';
import { DEFAULT_KINESIS, replay } from './replay.ts';
import { DEFAULT_LEDGER } from './replay-ledger.ts';
import { Table } from './table.ts';
import { asking, openTarget, TARGET_HELP, TARGET_OPTIONS, type Target } from './target.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const DEFAULT_LIMIT = 100;
/** Characters of a letter that are shown in a table. */
const SHOWN = 120;

/** `millrace dead-letters`: what could not be processed, and putting it back. */
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
    kinesis: { type: 'string' },
    'kinesis-stream': { type: 'string' },
    ...TARGET_OPTIONS,
    json: { type: 'boolean' },
  },
  help: `Usage: millrace dead-letters [STREAM] [--from TIME] [--to TIME] [options]
       millrace dead-letters [STREAM] --replay [--dry-run] [--yes] [options]

Lists what came into a stream and could not be processed, newest first, with the reason. With --replay, and once what was
wrong is mended and deployed, puts it back into its Kinesis stream, oldest first. It then counts like any new event: what
belongs to windows that have closed since counts as late. What was put is written into a ledger and not put again.

  STREAM             as the application calls it; may be left out when there is only one
  --from TIME        letters put aside at or after this time: ISO 8601, or from now such as "-1 hour"
  --to TIME          and before this one
  --limit N          letters listed at most; default ${DEFAULT_LIMIT}. A replay takes all of them
  --replay           puts them back; asks first
  --dry-run          only says what a replay would put
  --yes              does not ask
  --again            also letters that the ledger says were put, or may have been
  --ledger FILE      default ${DEFAULT_LEDGER}; keep it where everybody who replays finds it
  --kinesis URL      Kinesis of a local stack; default ${DEFAULT_KINESIS}
  --kinesis-stream NAME   what Kinesis calls the stream; default: as STREAM locally, what the stack says with --stack
${TARGET_HELP}
  --json             prints a JSON object a line; a replay's counts as one object

Exit code of a replay: 0 when all that can be put is put, 1 when some was refused or its fate is unknown.
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
    if (given.values[name] !== undefined && !flag(given, 'replay')) throw new UsageError(`--${name} goes with --replay`);
  }
  if (flag(given, 'replay') && text(given, 'limit') !== undefined)
    throw new UsageError('--limit does not go with --replay: choose by --from and --to');
  const now = Date.now();
  return { from: time(given, 'from', now) ?? Number.NEGATIVE_INFINITY, to: time(given, 'to', now) ?? Number.POSITIVE_INFINITY };
}

async function streamOf({ positionals }: Given, target: Target, { interrupted: signal }: Terminal): Promise<string> {
  const [named, more] = positionals;
  if (more !== undefined) throw new UsageError(`"${more}" is one argument too many: there is only STREAM`);
  if (named !== undefined) return named;
  const streams = (await asking(target, () => target.client.health({ signal }))).streams.map(({ stream }) => stream);
  if (streams.length > 1) throw new UsageError(`the application has several streams: say which; there are ${streams.join(', ')}`);
  return streams[0] as string;
}

/** A stream's dead letters that were put aside within a range, newest first. */
async function* letters(target: Target, stream: string, { from, to }: Range, { interrupted }: Terminal): AsyncGenerator<DeadLetter> {
  const rows = target.client.deadLetters(stream, { signal: interrupted });
  for (let cursor: string | undefined; ; ) {
    const page = await asking(target, () => rows.page(cursor));
    for (const letter of page.rows) {
      const at = Date.parse(letter.committedAt);
      // Newest commit first: nothing older follows that is in the range.
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
  if (more) terminal.err(`there are more than ${limit}: --limit shows more, --from and --to others\n`);
  return 0;
}

/** A letter as REST gives it. */
function asJson({ committedAt, partitionKey, ...letter }: DeadLetter): object {
  return { committed_at: committedAt, ...letter, ...(partitionKey === undefined ? {} : { partition_key: partitionKey }) };
}

function asTable(letters: readonly DeadLetter[]): string {
  const rows = letters.map(({ committedAt, shard, sequence, reason, truncated, text, event, base64 }) => {
    const content = text ?? base64 ?? (event === undefined ? '' : JSON.stringify(event));
    return {
      'put aside': committedAt,
      shard,
      sequence,
      reason,
      content: `${content.slice(0, SHOWN)}${content.length > SHOWN || truncated ? '…' : ''}`,
    };
  });
  return new Table(['put aside', 'shard', 'sequence', 'reason', 'content']).lines(rows);
}
