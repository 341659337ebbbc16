import { clickEvents } from './click-events.ts';
import { clicksHandler } from './clicks-handler.ts';

/** Prints DynamoDB read and write units per million events of the click workload. */
export async function benchCost(options: { json: boolean; events: number }): Promise<void> {
  const results = [];
  for (const batch of [100, 1000, 10_000]) {
    const handler = await clicksHandler();
    for (const event of clickEvents(options.events, batch).batches) await handler.handle(event);
    await handler.merge();
    const per = 1_000_000 / options.events;
    const { writes, reads, requests } = handler.units;
    results.push({ batch, writes: Math.round(writes * per), reads: Math.round(reads * per), requests: Math.round(requests * per) });
  }
  if (options.json) {
    console.log(JSON.stringify({ bench: 'cost', events: options.events, results }));
    return;
  }
  console.log('DynamoDB units per million click events: log, checkpoints, merge, pages; without readable rows');
  console.log('batch      write units   read units    requests');
  for (const { batch, writes, reads, requests } of results) {
    console.log(`${String(batch).padEnd(8)}${[writes, reads, requests].map((n) => n.toLocaleString('en').padStart(13)).join('')}`);
  }
}
