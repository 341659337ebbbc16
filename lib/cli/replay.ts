import type { PutOutcome } from '../aws/kinesis/put-records.ts';
import type { DeadLetter } from '../client/client.ts';
import { MillraceError } from '../core/errors.ts';
import { LOCAL_AWS } from '../local/local-aws.ts';
import { flag, text } from './arguments.ts';
import type { Given } from './command.ts';
import { type KinesisStream, kinesisStream } from './kinesis-stream.ts';
import { ProgressLine } from './progress-line.ts';
import { DEFAULT_LEDGER, ReplayLedger, readLedger } from './replay-ledger.ts';
import { planReplay, type ReplayPlan, type Sendable } from './replay-plan.ts';
import { asking, type Target } from './target.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** The arguments of {@link replay}. */
export interface ReplayOptions {
  readonly given: Given;
  readonly target: Target;
  /** its name in the application */
  readonly stream: string;
  /** newest first */
  readonly letters: AsyncIterable<DeadLetter>;
  readonly terminal: Terminal;
}

/** How a replay ended. */
interface Counts {
  readonly put: number;
  readonly refused: number;
  readonly unknown: number;
}

/**
 * Puts dead letters back into their Kinesis stream.
 *
 * @returns the exit code
 */
export async function replay(options: ReplayOptions): Promise<number> {
  const { given, target, stream, letters, terminal } = options;
  const destination = kinesisStream(given, target, stream);
  const file = text(given, 'ledger') ?? DEFAULT_LEDGER;
  const { application } = await asking(target, () => target.client.health({ signal: terminal.interrupted }));
  const known = readLedger(file);
  const plan = await planReplay({ application, stream, letters, ledger: known, again: flag(given, 'again') });
  for (const line of told(plan, stream, file)) terminal.err(`${line}\n`);
  const nothing: Counts = { put: 0, refused: 0, unknown: 0 };
  if (flag(given, 'dry-run') || plan.send.length === 0) return report(terminal, flag(given, 'json'), plan, nothing);
  if (!flag(given, 'yes')) {
    const answer = await terminal.ask(
      `Put ${plan.send.length} into the Kinesis stream ${destination.name} at ${destination.place}? [y/N] `,
    );
    if (answer === undefined)
      throw new UsageError('there is no terminal to ask for confirmation: use --yes, or --dry-run to see what would be put');
    if (!/^y(es)?$/i.test(answer.trim())) {
      terminal.err('nothing was put\n');
      return report(terminal, flag(given, 'json'), plan, nothing);
    }
  }
  const ledger = ReplayLedger.open(file);
  try {
    if (plan.send.some(({ name }) => ledger.state(name) !== known.get(name))) {
      throw new MillraceError(
        'conflict',
        `another replay has put some of these letters in the meantime, according to ${file}: nothing was put; start again`,
      );
    }
    const counts = await send(plan.send, destination, ledger, terminal);
    if (counts.put > 0) terminal.err('They count as new events. Those whose windows have closed count as late.\n');
    return report(terminal, flag(given, 'json'), plan, counts);
  } finally {
    ledger.close();
  }
}

async function send(letters: readonly Sendable[], destination: KinesisStream, ledger: ReplayLedger, terminal: Terminal): Promise<Counts> {
  // Imported here because the SDK is slow to load.
  const { putRecords, putRequests } = await import('../aws/kinesis/put-records.ts');
  const { createReplayClient } = await import('../aws/kinesis/replay-client.ts');
  const { endpoint } = destination;
  const client = createReplayClient(endpoint === undefined ? undefined : { ...LOCAL_AWS, endpoint });
  const progress = new ProgressLine(terminal);
  const counts = { put: 0, refused: 0, unknown: 0 };
  const reasons = new Set<string>();
  try {
    for (const request of putRequests(letters)) {
      if (terminal.interrupted.aborted || counts.refused + counts.unknown > 0) break;
      ledger.note(namesOf(request), 'sending');
      const records = request.map(({ Data, PartitionKey }) => ({ Data, PartitionKey }));
      const outcomes = await putRecords(client, destination.name, records, terminal.interrupted).catch((error) => {
        // A stream that does not exist received nothing.
        ledger.note(namesOf(request), 'refused');
        throw error;
      });
      const having = (state: PutOutcome['state']) => request.filter((_, i) => outcomes[i]?.state === state);
      ledger.note(namesOf(having('put')), 'put');
      ledger.note(namesOf(having('refused')), 'refused');
      for (const state of ['put', 'refused', 'unknown'] as const) counts[state] += having(state).length;
      for (const outcome of outcomes) if (outcome.state !== 'put') reasons.add(outcome.reason);
      progress.show(`${counts.put} of ${letters.length} put`);
    }
  } finally {
    progress.clear();
    client.destroy();
  }
  for (const reason of [...reasons].slice(0, 5)) terminal.err(`Kinesis: ${reason}\n`);
  return counts;
}

function namesOf(letters: readonly Sendable[]): string[] {
  return letters.map(({ name }) => name);
}

/** Describes a replay before it starts, line by line. */
function told({ send, keyless, cut, before, counted, unsure }: ReplayPlan, stream: string, ledger: string): string[] {
  const lines = [`${stream}: ${send.length} ${send.length === 1 ? 'dead letter' : 'dead letters'} to put${rangeText(send)}`];
  if (keyless > 0)
    lines.push(
      `  ${keyless} of them ${keyless === 1 ? 'has' : 'have'} no partition key: they use their sequence number, which can map to any shard`,
    );
  if (before > 0) lines.push(`  ${before} skipped: put before, according to ${ledger} (--again puts them once more)`);
  if (counted > 0) lines.push(`  ${counted} skipped: dead letters of some views only, put again they would count twice in the others`);
  if (unsure > 0)
    lines.push(`  ${unsure} skipped: a replay was interrupted while it put them, so they may have arrived (--again puts them)`);
  if (cut.length > 0) lines.push(`  ${cut.length} cannot be put, because their bytes were truncated:`);
  for (const { shard, sequence } of cut) lines.push(`    ${shard} ${sequence}`);
  return lines;
}

function rangeText(send: readonly Sendable[]): string {
  const [oldest, newest] = [send[0]?.committedAt, send.at(-1)?.committedAt];
  return oldest === undefined ? '' : `, committed from ${oldest} to ${newest}`;
}

async function report(terminal: Terminal, json: boolean, plan: ReplayPlan, counts: Counts): Promise<number> {
  const { put, refused, unknown } = counts;
  const left = plan.send.length - put - refused - unknown;
  if (json) {
    const { send, keyless, cut, before, counted, unsure } = plan;
    const letters = {
      to_put: send.length,
      without_partition_key: keyless,
      cut: cut.length,
      put_before: before,
      counted_by_other_views: counted,
      perhaps_put_before: unsure,
    };
    await terminal.out(`${JSON.stringify({ ...letters, put, refused, unknown, not_tried: left })}\n`);
  } else if (put + refused + unknown > 0) {
    const parts = [
      `${put} put`,
      ...(refused > 0 ? [`${refused} refused: replay them later`] : []),
      ...(unknown > 0 ? [`${unknown} may have been put: Kinesis did not answer`] : []),
      ...(left > 0 ? [`${left} not tried`] : []),
    ];
    await terminal.out(`${parts.join(', ')}\n`);
  }
  return refused + unknown > 0 || terminal.interrupted.aborted ? 1 : 0;
}
