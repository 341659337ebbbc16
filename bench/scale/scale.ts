import { LATENCY, MERGES_AT_ONCE, WideStack, type Work } from './wide-stack.ts';

/** What is measured, by name. */
const MEASURED = {
  firstTick: 'the first tick of all: every shard is registered',
  coldTick: 'a tick in a container that has just started, nothing to do',
  warmTick: 'a tick in a warm container, nothing to do',
  warmMerge: 'a merge that somebody asks for, nothing to do',
  windowPasses: 'a window passes at every shard within ten seconds; seconds from the last of them until it is final',
  windowAtOnce: 'a window passes at every shard within a tenth of a second; seconds as above',
  silentTick: 'a tick when all shards are idle and windows are open',
  reshard: 'ticks until every shard has been replaced by another',
  coldAfterReshard: 'a tick in a container that has just started, as many shards ended as there are open ones',
} as const;

type Measured = { readonly shards: number } & { readonly [name in keyof typeof MEASURED]: Work };

/** Prints what ticks and merges ask for at many shards: requests, units, modelled seconds. */
export async function benchScale(options: { json: boolean; shards: readonly number[]; keys: number }): Promise<void> {
  const results: Measured[] = [];
  for (const shards of options.shards) results.push(await measure(shards, options.keys));
  if (options.json) {
    console.log(JSON.stringify({ bench: 'scale', node: process.version, keys: options.keys, latency: LATENCY, results }));
    return;
  }
  console.log(
    `the merge function at so many shards with ${options.keys} keys each: DynamoDB and Kinesis answer in ${LATENCY} ms, at most ${MERGES_AT_ONCE} merges at once`,
  );
  for (const [name, what] of Object.entries(MEASURED)) {
    console.log(`\n${what}\n  shards   invocations    requests  read units write units     Kinesis    seconds  CPU seconds`);
    for (const result of results) {
      const { merges, requests, reads, writes, kinesis, seconds, cpu } = result[name as keyof typeof MEASURED];
      const whole = [merges, requests, reads, writes, kinesis].map((n) => Math.round(n).toLocaleString('en').padStart(12)).join('');
      console.log(`${String(result.shards).padStart(8)}  ${whole}${seconds.toFixed(2).padStart(11)}${cpu.toFixed(2).padStart(13)}`);
    }
  }
}

async function measure(shards: number, keys: number): Promise<Measured> {
  const stack = new WideStack(shards, keys);
  const minute = 60_000;
  const wait = (ms: number) => stack.time.run(stack.time.wait(ms));
  const firstTick = await stack.measure(() => stack.tick('cold'));
  await stack.measure(() => stack.batches(1000));
  await wait(minute);
  // The first window that passes makes every container warm.
  await stack.measure(() => stack.batches(10_000));
  const coldTick = await stack.measure(() => stack.tick('cold'));
  const warmTick = await stack.measure(() => stack.tick('warm'));
  const warmMerge = await stack.measure(() => stack.merge());
  await wait(minute);
  const windowPasses = await stack.measure(() => stack.batches(10_000), 'happened');
  await wait(minute);
  const windowAtOnce = await stack.measure(() => stack.batches(100), 'happened');
  await wait(3 * minute);
  const silentTick = await stack.measure(() => stack.tick('warm'));
  await stack.reshard();
  const reshard = await stack.measure(async () => {
    for (let i = 0; i < 3; i++) {
      await stack.tick('warm');
      await stack.time.wait(minute);
      await stack.batches(1000);
    }
  });
  const coldAfterReshard = await stack.measure(() => stack.tick('cold'));
  return { shards, firstTick, coldTick, warmTick, warmMerge, windowPasses, windowAtOnce, silentTick, reshard, coldAfterReshard };
}
