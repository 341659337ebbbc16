/** How far a shard has come. */
export interface ShardTime {
  readonly shard: string;
  /** ISO 8601 in UTC with milliseconds; `null` before the first event */
  readonly watermark: string | null;
}

/** A stack that answers, or why there is none to ask. */
export type RunningStack = { readonly url: string; readonly shards: readonly ShardTime[] } | { readonly problem: string };

/** What is read of `GET /v1/health`. */
interface Health {
  readonly application: string;
  readonly streams: readonly { readonly stream: string; readonly shards: readonly (ShardTime & { readonly ended: boolean })[] }[];
}

const TIMEOUT = 10_000;

/**
 * Asks a running stack how far a stream's shards have come; those that have ended take no events any more.
 *
 * @param url without a slash at the end
 */
export async function readRunningStack(
  url: string,
  apiKey: string | undefined,
  application: string,
  stream: string,
): Promise<RunningStack> {
  let health: Health;
  try {
    const answer = await fetch(`${url}/v1/health`, {
      headers: apiKey === undefined ? {} : { 'x-api-key': apiKey },
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (!answer.ok) return { problem: `${url} answers ${answer.status}${answer.status === 403 ? ': give its key by --api-key' : ''}` };
    health = (await answer.json()) as Health;
  } catch (error) {
    const { message, cause } = error as Error;
    return {
      problem: `no stack answers at ${url} (${(cause as Error | undefined)?.message || message}); start one by millrace dev, or name it by --url`,
    };
  }
  if (health.application !== application) return { problem: `${url} runs another application, "${health.application}"` };
  const shards = health.streams.find((known) => known.stream === stream)?.shards.filter(({ ended }) => !ended) ?? [];
  return { url, shards: shards.map(({ shard, watermark }) => ({ shard, watermark })) };
}
