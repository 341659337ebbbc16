import type { Health, MillraceClient, ViewInfo } from '../client/client.ts';
import { formatDuration } from '../core/duration.ts';
import { recentWindows } from './recent-windows.ts';

/**
 * The problems of a stack in words; none if it is healthy. Lag is not a problem, because it grows while no events arrive. A window
 * that ended long ago and is not final is one, whatever the cause: a shard whose batches fail, or the merge.
 *
 * @param maxDelay milliseconds after its end plus allowed lateness within which a window must become final
 */
export async function findProblems(client: MillraceClient, health: Health, maxDelay: number, signal: AbortSignal): Promise<string[]> {
  const problems = health.streams
    .filter(({ shards }) => shards.length === 0)
    .map(({ stream }) => `stream ${stream} has no shard yet: the maintenance tick, which runs every minute, registers shards`);
  const views = await client.views({ signal });
  for (const view of views.filter(({ columns }) => columns.some(({ name }) => name === 'window_start'))) {
    const due = Date.parse(health.now) - maxDelay - patienceOf(view, views);
    const recent = await recentWindows(client, view, signal);
    const overdue = recent.filter(({ final, end }) => !final && Date.parse(end) <= due);
    const [oldest] = overdue;
    if (oldest === undefined) continue;
    const slowest = slowestShard(health, view, views);
    problems.push(
      `view ${view.name} has ${overdue.length} ${overdue.length === 1 ? 'window' : 'windows'} that should have been final more than ${formatDuration(maxDelay)} ago, the oldest from ${oldest.start}${slowest}`,
    );
  }
  return problems;
}

/** How long after its end a window may be open by design. A view over views waits as long as the slowest of them. */
function patienceOf(view: ViewInfo, views: readonly ViewInfo[]): number {
  if ('views' in view) {
    const bases = views.filter((base) => view.views.includes(base.name) && !('views' in base));
    return Math.max(0, ...bases.map((base) => patienceOf(base, views)));
  }
  const { window, allowedLatenessMs } = view;
  // Unaligned windows are written one interval of time at once.
  const stretch = window.kind === 'session' ? window.gapMs : window.kind === 'stagger' ? window.sizeMs : 0;
  return allowedLatenessMs + stretch;
}

/** The shard that holds back a view's results, if it can be determined. */
function slowestShard({ streams }: Health, view: ViewInfo, views: readonly ViewInfo[]): string {
  const names = 'views' in view ? view.views.flatMap((name) => views.filter((base) => base.name === name)) : [view];
  const read = names.flatMap((base) => ('views' in base ? [] : [base.stream]));
  const shards = streams.filter(({ stream }) => read.includes(stream)).flatMap((stream) => stream.shards.filter(({ ended }) => !ended));
  const [slowest] = shards.toSorted((a, b) => ((a.watermark ?? '') < (b.watermark ?? '') ? -1 : 1));
  return slowest === undefined ? '' : `; its slowest shard is ${slowest.shard}, at ${slowest.watermark ?? 'no event yet'}`;
}
