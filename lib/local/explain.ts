import type { Row } from '../core/column.ts';
import { identityOf, identityProblem } from '../core/deduplicate.ts';
import { keyOf } from '../core/event-key.ts';
import { formatInstant, type Instant } from '../core/instant.ts';
import { decodeKey } from '../core/key.ts';
import type { DedupeSpec } from '../core/view.ts';
import { windowingOf } from '../core/window-kinds.ts';
import { decodePayload } from '../formats/decode-payload.ts';
import { unitHint } from '../plan/event-time.ts';
import type { Plan, StreamPlan, ViewPlan } from '../plan/plan.ts';

/** What happens to an event, step by step. */
export interface Explanation {
  readonly stream: string;
  /** the event as the schema returned it; absent if it is a dead letter */
  readonly event: Readonly<Record<string, unknown>> | undefined;
  /** its event time */
  readonly time: string | undefined;
  /** what its time suggests, when no producer is of such an age */
  readonly hint?: string | undefined;
  /** why it is a dead letter, if it is one */
  readonly dead: string | undefined;
  /** by what a duplicate of it is found; absent unless its stream leaves out duplicates */
  readonly dedupe?: DedupeExplanation;
  readonly views: readonly ViewExplanation[];
}

/** How a duplicate of an event is found. */
export interface DedupeExplanation {
  readonly partition_key: string;
  readonly id: string;
  /** the watermark from which its id is forgotten, and from which the event itself is late */
  readonly remembered_until: string;
}

/** What happens to an event in one view. */
export interface ViewExplanation {
  readonly view: string;
  /** why the view alone cannot take it */
  readonly dead?: string;
  /** the number of the filter or map that drops it, from 1, and how many there are; absent if it is not dropped */
  readonly dropped: { readonly by: number; readonly of: number } | undefined;
  readonly key: Readonly<Record<string, unknown>> | undefined;
  readonly windows: readonly WindowExplanation[];
  /** whether other events of the key can change the window, which is then the window of the event alone */
  readonly alone: boolean;
}

/** A window of the event. */
export interface WindowExplanation {
  readonly window_start: string;
  readonly window_end: string;
  /** the watermark at which the window accepts no more events */
  readonly closes_at: string;
}

/**
 * Follows an event through an application like a record: decoding, validation, filters, key and windows.
 *
 * @param text the record's payload: a JSON value; every element of an array is an event
 * @param arrival its arrival time
 * @returns one explanation per event; never throws
 */
export function explainEvent(plan: Plan, stream: StreamPlan, text: string, arrival: Instant): Explanation[] {
  return decodePayload(new TextEncoder().encode(text), stream.format).parts.map((part) => {
    const validated = 'reason' in part ? part : stream.validate(part.value);
    if ('reason' in validated) return deadBy(stream, validated.reason);
    const { row, time = arrival } = validated;
    const shown = {
      stream: stream.name,
      event: row,
      time: formatInstant(time),
      hint: unitHint(time, stream.eventTime === undefined ? undefined : row[stream.eventTime]),
    };
    if (time - arrival > stream.maxAhead) {
      const ahead = `its time is ${formatInstant(time)}, ${time - arrival} ms ahead of its arrival, more than the stream's maxAhead of ${stream.maxAhead} ms`;
      return { ...deadBy(stream, ahead), ...shown };
    }
    const { dedupe } = stream;
    const event = { sequence: '', arrival, time, row, bytes: () => new Uint8Array() };
    const problem = dedupe && identityProblem(dedupe, event);
    if (problem !== undefined) return { ...deadBy(stream, problem), ...shown };
    const identity = dedupe && { dedupe: dedupeOf(dedupe, event) };
    const views = plan.views
      .filter((view) => view.stream === stream.name)
      .flatMap((view): ViewExplanation[] => {
        try {
          return explainRows(view, row, time, arrival);
        } catch (error) {
          const dead = `processing failed: ${error instanceof Error ? error.message : error}`;
          return [{ view: view.name, dead, dropped: undefined, key: undefined, windows: [], alone: false }];
        }
      });
    const [first] = views;
    const isDeadForAll = first?.dead !== undefined && views.every(({ dead }) => dead !== undefined);
    return isDeadForAll ? { ...deadBy(stream, first.dead), ...shown } : { ...shown, ...identity, dead: undefined, views };
  });
}

function dedupeOf(spec: DedupeSpec, { row, time }: { readonly row: Row; readonly time: Instant }): DedupeExplanation {
  const { key, id } = identityOf(spec, row);
  return { partition_key: key, id, remembered_until: formatInstant(time + spec.within) };
}

function deadBy({ name }: StreamPlan, dead: string): Explanation {
  return { stream: name, event: undefined, time: undefined, dead, views: [] };
}

/** One explanation for each row that a view makes of an event; one that it is left out where it makes none. */
function explainRows(view: ViewPlan, event: Explanation['event'] & object, time: Instant, arrival: Instant): ViewExplanation[] {
  const { expand, ...rest } = view;
  if (!expand) return [explainView(view, event, time, arrival)];
  const rows = expand(event);
  if (rows.length === 0) return [{ view: view.name, dropped: { by: 1, of: 1 }, key: undefined, windows: [], alone: false }];
  return rows.map((row) => explainView(rest, row, time, arrival));
}

/** @throws what a user-defined function throws, or an error if the key is invalid */
function explainView(view: ViewPlan, event: Explanation['event'] & object, time: Instant, arrival: Instant): ViewExplanation {
  let row: Record<string, unknown> | undefined = event;
  for (const [i, transform] of view.transforms.entries()) {
    row = transform(row);
    if (row === undefined)
      return { view: view.name, dropped: { by: i + 1, of: view.transforms.length }, key: undefined, windows: [], alone: false };
  }
  // The aggregates process it too, and may throw.
  const position = { time, shard: 0, ordinal: 0 };
  const windowing = windowingOf(view);
  windowing.delta(undefined).add(event, position, Number.NEGATIVE_INFINITY, arrival);
  const values = decodeKey(keyOf(view.key, row, position));
  return {
    view: view.name,
    dropped: undefined,
    key: Object.fromEntries(view.key.map(({ name }, i) => [name, values[i] ?? null])),
    windows: windowing.lateFrom(view.arrival ? arrival : time).map(({ window: { start, end }, from }) => ({
      window_start: instantText(start),
      window_end: instantText(end),
      closes_at: instantText(from),
    })),
    alone: !windowing.isAligned,
  };
}

/** The global window has no start and no end. */
function instantText(instant: Instant): string {
  return Number.isFinite(instant) ? formatInstant(instant) : instant < 0 ? 'the beginning' : 'never';
}
