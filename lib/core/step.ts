import { Deduplicator, identityProblem } from './deduplicate.ts';
import type { DeadLetter, Entry, LateEvent } from './entry.ts';
import { type Incoming, isDead, type StreamEvent } from './event.ts';
import type { Instant } from './instant.ts';
import type { HoldsKey } from './partition-key.ts';
import type { TaskState } from './state.ts';
import type { StreamSpec, ViewSpec } from './view.ts';
import { advanceWatermark } from './watermark.ts';
import { windowingOf } from './window-kinds.ts';

/** The inputs of `step` besides the state and the events. */
export interface StepContext {
  readonly stream: StreamSpec;
  readonly views: readonly ViewSpec[];
  /** the number of the task's shard */
  readonly shard: number;
  /** the deployed version, for the breaker */
  readonly version: string;
  /** the boundary up to which a view has been merged, as far as known */
  readonly mergedThrough: (view: string) => Instant;
  /** whether a partition key belongs to the task's shard; absent: every one does */
  readonly holdsKey?: HoldsKey | undefined;
}

/** Bytes of late events and dead letters kept in one entry, each kind; beyond, they are listed without. */
const KEPT_BYTES_PER_ENTRY = 256 * 1024;
/** Bytes kept of one late event or dead letter. */
export const KEPT_BYTES_PER_EVENT = 16 * 1024;

/** Why views cannot take an event, by view. */
export type Refusals = Map<string, string>;

/**
 * Decides the entry for a batch: which panes change, the new watermark, and which events are late or dead. It works event by
 * event, so that the division of a stream into batches does not matter. It changes no state.
 *
 * An event is either valid for the stream or dead. A valid one advances time. Each view then counts it, finds it late or fails on it, and the
 * outcome in one view does not affect the others.
 *
 * @param incoming the batch's events, in order, without those that the state already contains; at least one
 * @param failing the known failures of events in views; new ones are added
 * @returns the entry to write; `apply` it after it is written
 */
export function step(
  context: StepContext,
  state: TaskState,
  incoming: readonly Incoming[],
  failing = new Map<Incoming, Refusals>(),
): Entry {
  for (let isFirst = true; ; isFirst = false) {
    const entry = attemptStep(context, state, incoming, failing);
    if (entry !== undefined) return entry;
    // A user's function threw and left panes partly changed: start again without the event in that view. The first time, every event
    // is also tried alone, so that many bad events do not cause as many restarts.
    if (isFirst) isolate(context, state, incoming, failing);
  }
}

/** The entry, or `undefined` if a user's function threw for an event that was not yet in `failing`; the event is then added. */
function attemptStep(
  context: StepContext,
  state: TaskState,
  incoming: readonly Incoming[],
  failing: Map<Incoming, Refusals>,
): Entry | undefined {
  const { stream, shard, version } = context;
  const builders = context.views.map((view) => windowingOf(view).delta(state.views.get(view.name)?.held));
  const dedupe = stream.dedupe && new Deduplicator(stream.dedupe, state.ids);
  let duplicates = 0;
  const late: LateEvent[] = [];
  const dead: DeadLetter[] = [];
  const keptLate = new Keeper();
  const keptDead = new Keeper();
  let { watermark, base, lastArrival } = state;
  const position = { time: 0, shard, ordinal: state.events };
  let records = 0;
  let deadRecords = 0;
  let sequence: string | undefined;
  // The number of dead events of the record minus the number of good ones.
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
    const reason = reasonAgainst(context, event);
    if (reason !== undefined) {
      dead.push({ sequence: event.sequence, arrival: event.arrival, reason, bytes: keptDead.keep(event) });
      balance++;
      position.ordinal++;
      continue;
    }
    const { time, row } = event as StreamEvent;
    watermark = advanceWatermark(watermark, time, event.arrival, stream);
    base = watermark;
    const judged = dedupe ? dedupe.judge(event as StreamEvent, watermark) : 'new';
    if (judged !== 'new') {
      const { sequence, arrival } = event;
      // An id beyond the limit says nothing about the version, as a key beyond that of a view does not.
      balance--;
      if (judged === 'duplicate') duplicates++;
      else if (judged === 'late')
        late.push({ sequence, time, arrival, views: context.views.map(({ name }) => name), bytes: keptLate.keep(event) });
      else dead.push({ sequence, arrival, reason: overLimit(stream.dedupe?.maxIds), bytes: keptDead.keep(event) });
      position.ordinal++;
      continue;
    }
    const failed = failing.size > 0 ? failing.get(event) : undefined;
    balance += failed ? 1 : -1;
    position.time = time;
    let missed: string[] | undefined;
    let refused: Refusals | undefined;
    for (const builder of builders) {
      const { name } = builder.view;
      try {
        const refusal = failed?.get(name) ?? builder.refusal?.([row], position);
        if (refusal !== undefined) {
          refused ??= new Map();
          refused.set(name, refusal);
        } else if (!builder.add(row, position, watermark, event.arrival)) {
          missed ??= [];
          missed.push(name);
        }
      } catch (error) {
        noteFailure(failing, event, name, processingFailure(error));
        return undefined;
      }
    }
    if (missed) {
      late.push({ sequence: event.sequence, time, arrival: event.arrival, views: missed, bytes: keptLate.keep(event as StreamEvent) });
    }
    if (refused) dead.push(...lettersOf(event, refused, builders.length, keptDead));
    // A dead letter of all views can be put again once its cause is fixed, so its id is not remembered.
    if (refused?.size !== builders.length) dedupe?.remember(event as StreamEvent);
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
    ...(duplicates > 0 && { duplicates }),
    ...(dedupe && { ids: dedupe.finish() }),
  };
}

function overLimit(maxIds: number | undefined): string {
  return `dedupe: the shard remembers ${maxIds} ids, which is its max_ids, and this event has a new one`;
}

/** Why an event is not valid for the stream, so that no view processes it. */
function reasonAgainst({ stream, holdsKey }: StepContext, event: Incoming): string | undefined {
  if (isDead(event)) return event.reason;
  if (event.time - event.arrival <= stream.maxAhead) {
    return stream.dedupe && identityProblem(stream.dedupe, event, holdsKey);
  }
  return `event time is ${event.time - event.arrival} ms ahead of its arrival, over the ${stream.maxAhead} ms of max_ahead`;
}

/** The dead letters of an event that views cannot process: one per reason; one without views if no view could process it. */
function lettersOf(event: Incoming, refused: Refusals, all: number, kept: Keeper): DeadLetter[] {
  const { sequence, arrival } = event;
  const [first] = refused.values();
  if (refused.size === all) return [{ sequence, arrival, reason: first as string, bytes: kept.keep(event) }];
  const byReason = Map.groupBy(refused, ([, reason]) => reason);
  return Array.from(byReason, ([reason, of]) => ({ sequence, arrival, reason, bytes: kept.keep(event), views: of.map(([view]) => view) }));
}

/** Finds every view that fails on an event, and the event. */
function isolate(context: StepContext, state: TaskState, incoming: readonly Incoming[], failing: Map<Incoming, Refusals>): void {
  for (const event of incoming) {
    if (isDead(event) || reasonAgainst(context, event) !== undefined) continue;
    const position = { time: event.time, shard: context.shard, ordinal: state.events };
    for (const view of context.views) {
      if (failing.get(event)?.has(view.name)) continue;
      try {
        windowingOf(view).delta(undefined).add(event.row, position, Number.NEGATIVE_INFINITY, event.arrival);
      } catch (error) {
        noteFailure(failing, event, view.name, processingFailure(error));
      }
    }
  }
}

/** Notes that a view cannot process an event. */
export function noteFailure(failing: Map<Incoming, Refusals>, event: Incoming, view: string, reason: string): void {
  const of = failing.get(event) ?? new Map<string, string>();
  failing.set(event, of.set(view, reason));
}

function processingFailure(error: unknown): string {
  return `processing failed: ${error instanceof Error ? error.message : String(error)}`.slice(0, 500);
}

/** Copies bytes until the entry's cap is reached. */
class Keeper {
  #left = KEPT_BYTES_PER_ENTRY;

  keep(event: Incoming): Uint8Array | undefined {
    if (this.#left <= 0) return undefined;
    const bytes = event.bytes();
    const size = Math.min(bytes.length, KEPT_BYTES_PER_EVENT);
    // Checked before copying: a record of a megabyte may have 300,000 dead parts.
    if (size > this.#left) return undefined;
    this.#left -= size;
    return size < bytes.length ? bytes.slice(0, size) : bytes;
  }
}
