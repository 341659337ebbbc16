import type { Health, MillraceClient, ViewInfo, WindowInfo } from '../client/client.ts';
import { formatDuration } from '../core/duration.ts';

/**
 * What is wrong with a stack, in words; nothing when it is healthy. Lag is no sign of that: it grows while nothing comes. A window
 * that is over for long and not final is one, whatever holds it: a shard whose batches fail, or merging.
 *
 * @param maxDelay milliseconds after its end and its allowed lateness by which a window must be final
 */
export async function findProblems(client: MillraceClient, health: Health, maxDelay: number, signal: AbortSignal): Promise<string[]> {
  const problems = health.streams
    .filter(({ shards }) => shards.length === 0)
    .map(({ stream }) => `stream ${stream} has no shard yet: the tick, which runs every minute, registers them`);
  const views = await client.views({ signal });
  for (const view of views.filter(({ columns }) => columns.some(({ name }) => name === 'window_start'))) {
    const due = Date.parse(health.now) - maxDelay - latenessOf(view, views);
    const overdue = await overdueWindows(client, view.name, due, signal);
    const [oldest] = overdue;
    if (oldest === undefined) continue;
    const slowest = slowestShard(health, view, views);
    problems.push(
      `view ${view.name} has ${overdue.length} ${overdue.length === 1 ? 'window' : 'windows'} that should be final for more than ${formatDuration(maxDelay)}, the oldest from ${oldest.start}${slowest}`,
    );
  }
  return problems;
}

/** Windows that are not final though they ended before a time, oldest first. */
async function overdueWindows(client: MillraceClient, view: string, due: number, signal: AbortSignal): Promise<WindowInfo[]> {
  const overdue: WindowInfo[] = [];
  for await (const window of client.windows(view, { order: 'desc', pageSize: 100, signal })) {
    if (window.final) break;
    if (Date.parse(window.end) <= due) overdue.push(window);
  }
  return overdue.reverse();
}

/** A view over views waits as long as the most patient of them. */
function latenessOf(view: ViewInfo, views: readonly ViewInfo[]): number {
  if (!('views' in view)) return view.allowedLatenessMs;
  const bases = views.filter((base) => view.views.includes(base.name) && !('views' in base));
  return Math.max(0, ...bases.map((base) => latenessOf(base, views)));
}

/** Which shard holds a view's results up, where one can be told. */
function slowestShard({ streams }: Health, view: ViewInfo, views: readonly ViewInfo[]): string {
  const names = 'views' in view ? view.views.flatMap((name) => views.filter((base) => base.name === name)) : [view];
  const read = names.flatMap((base) => ('views' in base ? [] : [base.stream]));
  const shards = streams.filter(({ stream }) => read.includes(stream)).flatMap((stream) => stream.shards.filter(({ ended }) => !ended));
  const [slowest] = shards.toSorted((a, b) => ((a.watermark ?? '') < (b.watermark ?? '') ? -1 : 1));
  return slowest === undefined ? '' : `; its slowest shard is ${slowest.shard}, at ${slowest.watermark ?? 'no event yet'}`;
}
