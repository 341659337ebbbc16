import type { OpenBreaker } from '../client/client.ts';
import { MillraceError } from '../core/errors.ts';
import { asking, type Target } from './target.ts';

/** The watermark of a shard, and what keeps it standing still. */
export interface ShardTime {
  readonly shard: string;
  /** ISO 8601 in UTC with milliseconds; `null` before the first event */
  readonly watermark: string | null;
  readonly breaker: OpenBreaker | null;
}

/** A stack that answers, or why none does. */
export type RunningStack = { readonly url: string; readonly shards: readonly ShardTime[] } | { readonly problem: string };

const TIMEOUT = 10_000;

/** Reads the watermarks of a stream's shards from a running stack, without ended shards. */
export async function readRunningStack(target: Target, application: string, stream: string): Promise<RunningStack> {
  try {
    const health = await asking(target, () => target.client.health({ signal: AbortSignal.timeout(TIMEOUT) }));
    if (health.application !== application) return { problem: `${target.url} runs another application, "${health.application}"` };
    const shards = health.streams.find((known) => known.stream === stream)?.shards.filter(({ ended }) => !ended) ?? [];
    return { url: target.url, shards: shards.map(({ shard, watermark, breaker = null }) => ({ shard, watermark, breaker })) };
  } catch (error) {
    if (error instanceof MillraceError) return { problem: error.message };
    if ((error as Error).name === 'TimeoutError') return { problem: `${target.url} did not answer in ${TIMEOUT / 1000} seconds` };
    throw error;
  }
}
