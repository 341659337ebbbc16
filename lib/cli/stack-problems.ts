import type { Health, MillraceClient, ViewInfo } from '../client/client.ts';
import { formatDuration } from '../core/duration.ts';
import { recentWindows } from './recent-windows.ts';

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
    const due = Date.parse(health.now) - maxDelay - patienceOf(view, views);
    const recent = await recentWindows(client, view, signal);
    const overdue = recent.filter(({ final, end }) => !final && Date.parse(end) <= due);
    const [oldest] = overdue;
    if (oldest === undefined) continue;
    const slowest = slowestShard(health, view, views);
    problems.push(
      `view ${view.name} has ${overdue.length} ${overdue.length === 1 ? 'window' : 'windows'} that should be final for more than ${formatDuration(maxDelay)}, the oldest from ${oldest.start}${slowest}`,
    );
  }
  return problems;
}

/** How long after its end a window may be open by design. A view over views waits as long as the most patient of them. */
function patienceOf(view: ViewInfo, views: readonly ViewInfo[]): number {
  if ('views' in view) {
    const bases = views.filter((base) => view.views.includes(base.name) && !('views' in base));
    return Math.max(0, ...bases.map((base) => patienceOf(base, views)));
  }
  const { window, allowedLatenessMs } = view;
  // Windows of a key's own are written a stretch of time at a time.
  const stretch = window.kind === 'session' ? window.gapMs : window.kind === 'stagger' ? window.sizeMs : 0;
  return allowedLatenessMs + stretch;
}

/** Which shard holds a view's results up, where one can be told. */
function slowestShard({ streams }: Health, view: ViewInfo, views: readonly ViewInfo[]): string {
  const names = 'views' in view ? view.views.flatMap((name) => views.filter((base) => base.name === name)) : [view];
  const read = names.flatMap((base) => ('views' in base ? [] : [base.stream]));
  const shards = streams.filter(({ stream }) => read.includes(stream)).flatMap((stream) => stream.shards.filter(({ ended }) => !ended));
  const [slowest] = shards.toSorted((a, b) => ((a.watermark ?? '') < (b.watermark ?? '') ? -1 : 1));
  return slowest === undefined ? '' : `; its slowest shard is ${slowest.shard}, at ${slowest.watermark ?? 'no event yet'}`;
}
