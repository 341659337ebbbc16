import type { Context } from 'aws-lambda';
import { MillraceError } from '../../core/errors.ts';
import type { Application } from '../../dsl/application.ts';
import { mergeStream } from '../../runtime/merge.ts';
import type { MergeReport } from '../../runtime/merge-report.ts';
import { type Runtime, streamPlan } from '../../runtime/runtime.ts';
import { tick } from '../../runtime/tick.ts';
import { UnitMeter } from '../../runtime/units.ts';
import type { Environment } from '../environment.ts';
import { kinesisShards } from './kinesis-shards.ts';
import { type HandlerOverrides, prepare } from './prepare.ts';

/** A request to merge one stream, or the schedule's event, which is the maintenance tick. */
export type MergeEvent = { readonly stream: string } | { readonly source: string };

/** What was done to each stream. */
export interface MergeSummary {
  readonly streams: readonly {
    readonly stream: string;
    readonly windows: number;
    readonly moved?: number;
    readonly checkpoints?: number;
  }[];
}

/** Merges, or ticks. */
export type MergeHandler = (event: MergeEvent, context: Pick<Context, 'getRemainingTimeInMillis'>) => Promise<MergeSummary>;

/** How long before the end of the invocation no new work starts, in milliseconds: one window's results are written in less. */
const DEADLINE_MARGIN = 5000;

/**
 * Makes the function that the schedule invokes every minute (maintenance tick: registers shards, advances idle tasks, writes
 * checkpoints, merges every stream) and that `aggregate` invokes with `{ stream }` when a window has closed (merges that stream).
 *
 * @param application the user's application
 * @param environment see `readEnvironment`
 * @param overrides for local use and tests
 *
 * @example
 * ```ts
 * export const handler = createMergeHandler(application, readEnvironment(process.env));
 * ```
 */
export function createMergeHandler(
  application: Application,
  environment: Environment,
  overrides: Partial<HandlerOverrides> = {},
): MergeHandler {
  const prepared = prepare(application, environment, overrides, kinesisShards);
  return async (event, context) => {
    const { runtime, telemetry } = await prepared();
    const deadline = runtime.clock.now() + context.getRemainingTimeInMillis() - DEADLINE_MARGIN;
    const done = 'stream' in event ? [await merge(runtime, event.stream, deadline)] : await ticked(runtime, event, deadline);
    for (const { stream, units } of done) {
      telemetry.measure(stream, { ReadUnits: units.reads, WriteUnits: units.writes, ...('source' in event && { Ticks: 1 }) });
    }
    return { streams: done.map(({ units, ...summary }) => summary) };
  };
}

async function merge(runtime: Runtime, stream: string, deadline: number) {
  if (!runtime.plan.streams.some(({ name }) => name === stream)) {
    throw new MillraceError('argument', `cannot merge "${stream}": application "${runtime.plan.name}" has no such stream`);
  }
  const units = new UnitMeter();
  const merged = await mergeStream(runtime, runtime.store.metered(units), streamPlan(runtime, stream).name, deadline);
  return { stream, windows: windowsOf(merged), units };
}

async function ticked(runtime: Runtime, event: MergeEvent, deadline: number) {
  if (!('source' in event)) throw new MillraceError('argument', 'merge takes { "stream": name } or an EventBridge event');
  const reports = await tick(runtime, { deadline });
  return reports.map(({ stream, moved, checkpoints, merged, units }) => ({
    stream,
    windows: windowsOf(merged),
    moved,
    checkpoints,
    units,
  }));
}

function windowsOf(reports: readonly MergeReport[]): number {
  return reports.reduce((sum, { windows }) => sum + windows, 0);
}
