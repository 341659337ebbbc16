import { type Column, columnOf } from '../core/column.ts';
import { formatDuration } from '../core/duration.ts';
import { formatInstant, type Instant } from '../core/instant.ts';
import type { CalendarSpec, GlobalSpec, WindowSpec } from '../core/window.ts';
import type { Plan, ViewPlan } from '../plan/plan.ts';
import type { DerivedViewPlan } from '../plan/relation.ts';
import { isDerived, type ShownView, valueColumns } from '../plan/shown-view.ts';
import { basesOf, hasWindows } from '../query/scans.ts';
import type { ShardHealth, StreamHealth } from '../runtime/read/query.ts';

/** A view's description in the API: its content and its parameters. */
export function viewBody(view: ShownView): Record<string, unknown> {
  return isDerived(view) ? derivedBody(view) : baseBody(view);
}

function derivedBody(view: DerivedViewPlan): Record<string, unknown> {
  return {
    name: view.name,
    views: basesOf(view.relation),
    key: view.key.map(columnOf),
    aggregates: valueColumns(view).map(columnOf),
    columns: columnsOf(view),
  };
}

function baseBody(view: ViewPlan): Record<string, unknown> {
  return {
    name: view.name,
    stream: view.stream,
    key: view.key.map(columnOf),
    aggregates: view.aggregates.map(columnOf),
    columns: columnsOf(view),
    window: windowBody(view.window),
    allowed_lateness: formatDuration(view.allowedLateness),
    allowed_lateness_ms: view.allowedLateness,
    retention: formatDuration(view.retention),
    retention_ms: view.retention,
  };
}

function windowBody(window: WindowSpec): Record<string, unknown> {
  if (window.kind === 'calendar') {
    const { kind, unit, timeZone, offset = 0 } = window;
    return { kind, unit, time_zone: timeZone, offset: formatDuration(offset), offset_ms: offset };
  }
  if (window.kind === 'global') return { kind: window.kind };
  const lengths = lengthsOf(window);
  const texts = Object.entries(lengths).flatMap(([name, ms]) => [
    [name, formatDuration(ms)],
    [`${name}_ms`, ms],
  ]);
  return { kind: window.kind, ...Object.fromEntries(texts) };
}

function lengthsOf(window: Exclude<WindowSpec, CalendarSpec | GlobalSpec>): Readonly<Record<string, number>> {
  if (window.kind === 'session') return { gap: window.gap };
  if (window.kind === 'stagger') return { size: window.size };
  const { size, slide, offset } = window;
  return { size, slide, offset };
}

/** The columns of a view's rows in the API, in order. */
export function columnsOf(view: ShownView): Column[] {
  const times = ['window_start', 'window_end'].map((name): Column => ({ name, type: 'timestamptz', nullable: false }));
  const final: Column = { name: 'final', type: 'boolean', nullable: false };
  if (!isDerived(view)) {
    return [...view.key.map(columnOf), ...(view.window.kind === 'global' ? [] : times), ...view.aggregates.map(columnOf), final];
  }
  const missing = hasWindows(view.relation) ? times.filter(({ name }) => !view.columns.some((column) => column.name === name)) : [];
  return [...missing, ...view.columns.map(columnOf), final];
}

/** The state of streams, shards and views in the API. */
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
        duplicates: shard.duplicates,
        ended: shard.ended,
        breaker: breakerBody(shard.refusal),
      })),
      views: views.map(({ view, mergedThrough }) => ({ view, merged_through: instantOrNull(mergedThrough) })),
    })),
  };
}

function breakerBody(refusal: ShardHealth['refusal']): Record<string, unknown> | null {
  if (!refusal) return null;
  const { since, at, version, reason } = refusal;
  return { since: formatInstant(since), last_refused: formatInstant(at), version, reason };
}

/** An instant in the API; `null` before the first event. */
export function instantOrNull(instant: Instant): string | null {
  return Number.isFinite(instant) ? formatInstant(instant) : null;
}
