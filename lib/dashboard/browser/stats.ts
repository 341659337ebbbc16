import type { Health, ViewInfo, WindowInfo } from '../../client/client.ts';

/** How an application does, in a few numbers. */
export interface Stats {
  readonly events: number;
  readonly late: number;
  readonly dead: number;
  /** events a second since `before`; `undefined` when that cannot be told */
  readonly rate: number | undefined;
  /** milliseconds by which the slowest shard's watermark is behind; `undefined` before the first event */
  readonly lag: number | undefined;
}

/**
 * Summarizes the health of a view's streams.
 *
 * @param before their previous health
 */
export function statsOf(health: Health, view: ViewInfo, before: Health | undefined): Stats {
  const shards = streamsOf(health, view).flatMap((stream) => stream.shards);
  const sum = (name: 'events' | 'late' | 'dead'): number => shards.reduce((total, shard) => total + shard[name], 0);
  const marks = shards.flatMap(({ watermark, ended }) => (watermark === null || ended ? [] : [Date.parse(watermark)]));
  return {
    events: sum('events'),
    late: sum('late'),
    dead: sum('dead'),
    rate: rateOf(health, before, view),
    lag: marks.length === 0 ? undefined : Math.max(0, Date.parse(health.now) - Math.min(...marks)),
  };
}

/** The end of the newest window that is final, ISO 8601; `undefined`: none is. */
export function finalThrough(windows: readonly WindowInfo[]): string | undefined {
  return windows
    .filter(({ final }) => final)
    .map(({ end }) => end)
    .sort()
    .at(-1);
}

/** The streams that a view reads. Of a view over views, those of its views. */
export function streamsOf(health: Health, view: ViewInfo): Health['streams'] {
  if (!('views' in view)) return health.streams.filter(({ stream }) => stream === view.stream);
  return health.streams.filter(({ views }) => views.some((one) => view.views.includes(one.view)));
}

function rateOf(health: Health, before: Health | undefined, view: ViewInfo): number | undefined {
  if (!before) return undefined;
  const total = (at: Health): number =>
    streamsOf(at, view).reduce((sum, { shards }) => shards.reduce((all, one) => all + one.events, sum), 0);
  const seconds = (Date.parse(health.now) - Date.parse(before.now)) / 1000;
  const more = total(health) - total(before);
  return seconds > 0 && more >= 0 ? more / seconds : undefined;
}
