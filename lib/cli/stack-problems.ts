import type { Health, MillraceClient, OpenBreaker, ViewInfo } from '../client/client.ts';
import { formatDuration } from '../core/duration.ts';
import { recentWindows } from './recent-windows.ts';

type Shard = Health['streams'][number]['shards'][number];

/**
 * The problems of a stack in words; none if it is healthy. A shard whose batches the circuit breaker refuses is one at once. Lag is not a problem, because it grows while no events arrive. A window
 * that ended long ago and is not final is one, whatever the cause: a shard whose batches fail, or the merge.
 *
 * @param maxDelay milliseconds after its end plus allowed lateness within which a window must become final
 */
export async function findProblems(client: MillraceClient, health: Health, maxDelay: number, signal: AbortSignal): Promise<string[]> {
  const problems = health.streams
    .filter(({ shards }) => shards.length === 0)
    .map(({ stream }) => `stream ${stream} has no shard yet: the maintenance tick, which runs every minute, registers shards`);
  problems.push(...health.streams.flatMap(({ stream, shards }) => shards.flatMap((shard) => standstill(stream, shard))));
  const views = await client.views({ signal });
  for (const view of views.filter(({ columns }) => columns.some(({ name }) => name === 'window_start'))) {
    const patience = patienceOf(view, views);
    const due = Date.parse(health.now) - maxDelay - patience;
    const recent = await recentWindows(client, view, signal);
    const overdue = recent.filter(({ final, end }) => !final && Date.parse(end) <= due);
    const [oldest] = overdue;
    if (oldest === undefined) continue;
    const slowest = slowestShard(health, view, views, Date.parse(oldest.end) + patience);
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

/** An open breaker in `--json`, as in the API; an API of an older version tells of none. */
export function breakerBody(breaker: OpenBreaker | null | undefined): Record<string, unknown> | null {
  if (!breaker) return null;
  const { since, lastRefused, version, reason } = breaker;
  return { since, last_refused: lastRefused, version, reason };
}

/** That a shard stands still because the circuit breaker refuses its batches; nothing if it does not. */
export function standstill(stream: string, { shard, breaker }: Pick<Shard, 'shard' | 'breaker'>): string[] {
  if (!breaker) return [];
  const version = breaker.version === '' ? '' : ` of version ${breaker.version}`;
  return [
    `shard ${stream}/${shard} stands still since ${breaker.since}: the circuit breaker${version} refuses its batches, most of whose records are dead letters (the newest: ${breaker.reason}). Deploy a version that reads them; they stay in the stream`,
  ];
}

/**
 * The shard that holds back a view's results, if it can be determined: one that stands still before others that nothing was sent to.
 *
 * @param closes watermark from which on a shard does not hold them back, in milliseconds
 */
function slowestShard({ streams }: Health, view: ViewInfo, views: readonly ViewInfo[], closes: number): string {
  const names = 'views' in view ? view.views.flatMap((name) => views.filter((base) => base.name === name)) : [view];
  const read = names.flatMap((base) => ('views' in base ? [] : [base.stream]));
  const shards = streams.filter(({ stream }) => read.includes(stream)).flatMap((stream) => stream.shards.filter(({ ended }) => !ended));
  const sorted = shards.toSorted((a, b) => ((a.watermark ?? '') < (b.watermark ?? '') ? -1 : 1));
  const refused = sorted.find(({ breaker, watermark }) => breaker && (watermark === null || Date.parse(watermark) < closes));
  const slowest = refused ?? sorted[0];
  return slowest === undefined ? '' : `; its slowest shard is ${slowest.shard}, at ${slowest.watermark ?? 'no event yet'}`;
}
