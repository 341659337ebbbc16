import type { DeadLetter } from '../client/client.ts';
import { type LedgerState, letterName } from './replay-ledger.ts';

/** A letter that can be replayed. */
export interface Sendable {
  /** its id in the ledger */
  readonly name: string;
  readonly committedAt: string;
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
}

/** What a replay does with each letter. */
export interface ReplayPlan {
  /** oldest first */
  readonly send: readonly Sendable[];
  /** how many of those have no partition key */
  readonly keyless: number;
  /** letters whose bytes were truncated */
  readonly cut: readonly Pick<DeadLetter, 'shard' | 'sequence'>[];
  /** how many are skipped because they were put before */
  readonly before: number;
  /** how many are skipped because views that can take them have counted them */
  readonly counted: number;
  /** how many are skipped because they may have been put */
  readonly unsure: number;
}

/**
 * Decides which letters to replay.
 *
 * @param letters newest first
 * @param ledger the states of letters from earlier replays
 * @param again whether to put letters that were, or may have been, put before
 */
export async function planReplay(options: {
  readonly application: string;
  readonly stream: string;
  readonly letters: AsyncIterable<DeadLetter>;
  readonly ledger: ReadonlyMap<string, LedgerState>;
  readonly again: boolean;
}): Promise<ReplayPlan> {
  const { application, stream, ledger, again } = options;
  const send: Sendable[] = [];
  const cut: DeadLetter[] = [];
  const twins = new Map<string, number>();
  const left = { put: 0, sending: 0 };
  let keyless = 0;
  let counted = 0;
  for await (const letter of options.letters) {
    if (letter.views !== undefined) {
      counted++;
      continue;
    }
    const Data = bytesOf(letter);
    if (Data === undefined) {
      cut.push(letter);
      continue;
    }
    const first = letterName(application, stream, letter, Data, 0);
    const twin = twins.get(first) ?? 0;
    twins.set(first, twin + 1);
    const name = letterName(application, stream, letter, Data, twin);
    const state = ledger.get(name);
    if (!again && (state === 'put' || state === 'sending')) {
      left[state]++;
      continue;
    }
    if (letter.partitionKey === undefined) keyless++;
    send.push({ name, committedAt: letter.committedAt, Data, PartitionKey: letter.partitionKey ?? letter.sequence });
  }
  return { send: send.reverse(), keyless, cut: cut.reverse(), before: left.put, counted, unsure: left.sending };
}

/** A letter's original bytes; `undefined` if they were truncated. */
function bytesOf({ truncated, base64, text, event }: DeadLetter): Uint8Array | undefined {
  if (truncated) return undefined;
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  return Buffer.from(text ?? JSON.stringify(event));
}
