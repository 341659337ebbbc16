import { formatDuration } from '../core/duration.ts';
import { formatInstant, type Instant } from '../core/instant.ts';
import type { Plan, ViewPlan } from '../plan/plan.ts';
import type { StreamHealth } from '../runtime/read/query.ts';

/** A view's description as it is sent: what it holds and how to ask for it. */
export function viewBody(view: ViewPlan): Record<string, unknown> {
  const { kind, size, slide, offset } = view.window;
  const column = ({ name, type, nullable }: { name: string; type: string; nullable: boolean }) => ({ name, type, nullable });
  return {
    name: view.name,
    stream: view.stream,
    key: view.key.map(column),
    aggregates: view.aggregates.map(column),
    columns: columnsOf(view),
    window: {
      kind,
      size: formatDuration(size),
      size_ms: size,
      slide: formatDuration(slide),
      slide_ms: slide,
      offset: formatDuration(offset),
      offset_ms: offset,
    },
    allowed_lateness: formatDuration(view.allowedLateness),
    allowed_lateness_ms: view.allowedLateness,
    retention: formatDuration(view.retention),
    retention_ms: view.retention,
  };
}

/** The columns of a view's rows as they are sent, in order. */
export function columnsOf({ key, aggregates }: Pick<ViewPlan, 'key' | 'aggregates'>): {
  readonly name: string;
  readonly type: ViewPlan['columns'][number]['type'];
  readonly nullable: boolean;
}[] {
  const plain = ({ name, type, nullable }: ViewPlan['columns'][number]) => ({ name, type, nullable });
  return [
    ...key.map(plain),
    { name: 'window_start', type: 'timestamptz', nullable: false },
    { name: 'window_end', type: 'timestamptz', nullable: false },
    ...aggregates.map(plain),
    { name: 'final', type: 'boolean', nullable: false },
  ];
}

/** How streams, shards and views are doing, as it is sent. */
export function healthBody(plan: Plan, streams: readonly StreamHealth[], now: Instant): Record<string, unknown> {
  return {
    application: plan.name,
    now: formatInstant(now),
    streams: streams.map(({ stream, watermark, shards, views }) => ({
      stream,
      watermark: instantOrNull(watermark),
      shards: shards.map((shard) => ({
        shard: shard.shard,
        entries: shard.index,
        sequence: shard.sequence,
        watermark: instantOrNull(shard.watermark),
        last_arrival: instantOrNull(shard.lastArrival),
        events: shard.events,
        late: shard.late,
        dead: shard.dead,
        ended: shard.ended,
      })),
      views: views.map(({ view, mergedThrough }) => ({ view, merged_through: instantOrNull(mergedThrough) })),
    })),
  };
}

/** An instant as it is sent; before the first event there is none. */
export function instantOrNull(instant: Instant): string | null {
  return Number.isFinite(instant) ? formatInstant(instant) : null;
}
