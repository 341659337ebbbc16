import type { Position } from './accumulator.ts';
import type { Row } from './column.ts';
import type { DeadLetter, Entry, LateEvent } from './entry.ts';
import { type DeadEvent, type Incoming, isDead, type StreamEvent } from './event.ts';
import type { Instant } from './instant.ts';
import type { TaskState } from './state.ts';
import type { StreamSpec, ViewSpec } from './view.ts';
import { advanceWatermark } from './watermark.ts';
import { windowingOf } from './window-kinds.ts';
import type { DeltaBuilder } from './windowing.ts';

/** Everything `step` decides with besides the state and the events. */
export interface StepContext {
  readonly stream: StreamSpec;
  readonly views: readonly ViewSpec[];
  /** the number of the task's shard */
  readonly shard: number;
  /** the deployed version, for the breaker */
  readonly version: string;
  /** the boundary up to which a view has been merged, as far as known */
  readonly mergedThrough: (view: string) => Instant;
}

/** Bytes of late events and dead letters kept in one entry, each kind; beyond, they are listed without. */
const KEPT_BYTES_PER_ENTRY = 256 * 1024;
/** Bytes kept of one late event or dead letter. */
export const KEPT_BYTES_PER_EVENT = 16 * 1024;

/**
 * Decides what a batch means: which panes change, how far the watermark comes, what is late and what is dead. Event by
 * event, so that it does not matter how a stream is cut into batches. Changes nothing.
 *
 * @param incoming the batch, in order, without what the state has already taken; at least one
 * @returns the entry to write; `apply` it once it is written
 */
export function step(context: StepContext, state: TaskState, incoming: readonly Incoming[]): Entry {
  const bad = new Map<Incoming, string>();
  for (;;) {
    const entry = attemptStep(context, state, incoming, bad);
    if (entry !== undefined) return entry;
    // A user's function threw and left panes half changed: start again without the event. The first time, every event
    // is tried alone as well, so that many bad ones do not mean as many new starts.
    if (bad.size === 1) isolate(context, state, incoming, bad);
  }
}

/** The entry, or `undefined` when an event not in `bad` made a user's function throw; `bad` then holds it. */
function attemptStep(context: StepContext, state: TaskState, incoming: readonly Incoming[], bad: Map<Incoming, string>): Entry | undefined {
  const { stream, shard, version } = context;
  const builders = context.views.map((view) => windowingOf(view).delta(state.views.get(view.name)?.held));
  const bounded = builders.filter(({ refusal }) => refusal !== undefined);
  const late: LateEvent[] = [];
  const dead: DeadLetter[] = [];
  const keptLate = new Keeper();
  const keptDead = new Keeper();
  let { watermark, base, lastArrival } = state;
  const position = { time: 0, shard, ordinal: state.events };
  let records = 0;
  let deadRecords = 0;
  let sequence: string | undefined;
  // Of the record's events, how many more are dead than good.
  let balance = 0;
  for (const event of incoming) {
    if (event.sequence !== sequence) {
      sequence = event.sequence;
      records++;
      if (balance > 0) deadRecords++;
      balance = 0;
    }
    if (event.arrival > lastArrival) lastArrival = event.arrival;
    base = watermark;
    let reason = reasonAgainst(stream, event, bad);
    if (reason === undefined && bounded.length > 0) {
      position.time = (event as StreamEvent).time;
      try {
        reason = refusalOf(bounded, (event as StreamEvent).row, position);
      } catch (error) {
        bad.set(event, processingFailure(error));
        return undefined;
      }
    }
    if (reason !== undefined) {
      dead.push({ sequence: event.sequence, arrival: event.arrival, reason, bytes: keptDead.keep(event) });
      balance++;
      position.ordinal++;
      continue;
    }
    balance--;
    const { time, row } = event as StreamEvent;
    watermark = advanceWatermark(watermark, time, event.arrival, stream);
    base = watermark;
    position.time = time;
    let missed: string[] | undefined;
    try {
      for (const builder of builders) {
        if (!builder.add(row, position, watermark, event.arrival)) {
          missed ??= [];
          missed.push(builder.view.name);
        }
      }
    } catch (error) {
      bad.set(event, processingFailure(error));
      return undefined;
    }
    if (missed) {
      late.push({ sequence: event.sequence, time, arrival: event.arrival, views: missed, bytes: keptLate.keep(event as StreamEvent) });
    }
    position.ordinal++;
  }
  return {
    kind: 'batch',
    first: (incoming[0] as Incoming).sequence,
    last: (incoming.at(-1) as Incoming).sequence,
    watermark,
    base,
    lastArrival,
    events: incoming.length,
    records,
    deadRecords: balance > 0 ? deadRecords + 1 : deadRecords,
    version,
    children: [],
    views: builders.map((builder) => ({
      view: builder.view.name,
      fingerprint: builder.view.fingerprint,
      dropped: context.mergedThrough(builder.view.name),
      changes: builder.finish(),
    })),
    late,
    dead,
  };
}

function reasonAgainst(stream: StreamSpec, event: Incoming, bad: ReadonlyMap<Incoming, string>): string | undefined {
  if (isDead(event)) return event.reason;
  if (event.time - event.arrival > stream.maxAhead) {
    return `event time is ${event.time - event.arrival} ms ahead of its arrival, over the ${stream.maxAhead} ms of max_ahead`;
  }
  return bad.size > 0 ? bad.get(event) : undefined;
}

/** Why one of the views that have a bound on their keys cannot take an event, which then none takes: so it can be put again once the bound is raised. */
function refusalOf(bounded: readonly DeltaBuilder[], row: Row, position: Position): string | undefined {
  for (const builder of bounded) {
    const refusal = builder.refusal?.([row], position);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Finds every event that fails on its own. */
function isolate(context: StepContext, state: TaskState, incoming: readonly Incoming[], bad: Map<Incoming, string>): void {
  for (const event of incoming) {
    if (isDead(event) || reasonAgainst(context.stream, event, bad) !== undefined) continue;
    const position = { time: event.time, shard: context.shard, ordinal: state.events };
    try {
      for (const view of context.views)
        windowingOf(view)
          .delta(undefined)
          .add(event.row as Row, position, Number.NEGATIVE_INFINITY, event.arrival);
    } catch (error) {
      bad.set(event, processingFailure(error));
    }
  }
}

function processingFailure(error: unknown): string {
  return `processing failed: ${error instanceof Error ? error.message : String(error)}`.slice(0, 500);
}

/** Hands out bytes until the entry's cap is reached. */
class Keeper {
  #left = KEPT_BYTES_PER_ENTRY;

  keep(event: StreamEvent | DeadEvent): Uint8Array | undefined {
    if (this.#left <= 0) return undefined;
    const bytes = event.bytes();
    const size = Math.min(bytes.length, KEPT_BYTES_PER_EVENT);
    // Before anything is copied: a record of a megabyte may be dead 300,000 times over.
    if (size > this.#left) return undefined;
    this.#left -= size;
    return size < bytes.length ? bytes.slice(0, size) : bytes;
  }
}
