import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { application, global, stream, tumbling, view } from '../../lib/index.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../lib/local/stack.ts';
import { localKinesis, putAll } from './put-all.ts';

/** A minute that has begun a while ago, so that its window closes as soon as something newer comes. */
const MINUTE = Math.floor(Date.now() / 60_000) * 60_000 - 10 * 60_000;
/** The time so many seconds after {@link MINUTE}. */
export const at = (seconds: number): string => new Date(MINUTE + seconds * 1000).toISOString();

/**
 * A till: what is sold by shop and minute, and since ever.
 *
 * @param price what a price may be: a version that takes text too is the fix of one that takes none
 * @param name another one makes another application of it, which reads its streams from the beginning
 */
export function till(price: z.ZodType<number> = z.number(), name = 'till') {
  const sales = stream('sales', {
    schema: z.object({ shop: z.string(), price, at: z.iso.datetime() }),
    eventTime: 'at',
    maxOutOfOrderness: '5 seconds',
    partitionKey: 'shop',
  });
  const perShop = view(
    'per_shop',
    sales
      .keyBy('shop')
      .window(tumbling('1 minute'))
      .aggregate((a) => ({ sold: a.count(), total: a.sum('price') })),
  );
  const ever = view(
    'ever',
    sales
      .keyBy('shop')
      .window(global())
      .aggregate((a) => ({ sold: a.count() })),
  );
  return application(name, { views: [perShop, ever] });
}

/** A stack of the till. */
export function startTill(options: Partial<LocalStackOptions> = {}): Promise<LocalStack> {
  return startLocalStack({ application: till(), batchWindow: 20, tickEvery: 100, ...options });
}

/** Puts payloads into the stack's stream, by the key `k`. */
export async function put({ urls }: LocalStack, ...payloads: (object | string | Uint8Array)[]): Promise<void> {
  const client = localKinesis(urls.kinesis);
  const bytes = (payload: object | string | Uint8Array) =>
    payload instanceof Uint8Array ? payload : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const records = payloads.map((payload) => ({ PartitionKey: 'k', Data: bytes(payload) }));
  await putAll(client, 'sales', records).finally(() => client.destroy());
}

/** Waits until something holds. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 1200) throw new Error('it did not come to hold');
    await sleep(50);
  }
}

/** Waits until a stack has taken so many events. */
export async function taken({ urls }: LocalStack, events: number): Promise<void> {
  await until(async () => {
    const { streams } = (await (await fetch(`${urls.api}/v1/health`)).json()) as { streams: { shards: { events: number }[] }[] };
    return streams.flatMap(({ shards }) => shards).reduce((sum, shard) => sum + shard.events, 0) >= events;
  });
}
