import type { Entry } from '../core/entry.ts';
import { encodeEntry } from '../core/entry-codec.ts';
import { type Incoming, isDead } from '../core/event.ts';
import type { TaskState } from '../core/state.ts';
import { noteFailure, type Refusals, type StepContext, step } from '../core/step.ts';

/** An entry and its bytes. */
export interface EncodedEntry {
  readonly entry: Entry;
  readonly bytes: Uint8Array;
}

/**
 * The entry for a batch and its stored bytes. An event whose values a view cannot store (nested too deeply, or `map` returned a
 * function) is a dead letter for that view, like one that fails in processing: no batch with it could ever be committed.
 *
 * @param incoming the batch's events, in order, without those that the state already contains; at least one
 * @param last the sequence number of the batch's last record, which may be without events
 */
export function decide(context: StepContext, state: TaskState, incoming: readonly Incoming[], last: string): EncodedEntry {
  const failing = new Map<Incoming, Refusals>();
  for (;;) {
    const entry = { ...step(context, state, incoming, failing), last };
    try {
      return { entry, bytes: encodeEntry(entry, context.views) };
    } catch (error) {
      // Each event can be stored alone, so the events are not the cause.
      if (!findUnstorable(context, state, incoming, failing)) throw error;
    }
  }
}

/** Notes the events that a view cannot store even alone; returns whether it found new ones. */
function findUnstorable(context: StepContext, state: TaskState, incoming: readonly Incoming[], failing: Map<Incoming, Refusals>): boolean {
  let found = false;
  for (const event of incoming.filter((one) => !isDead(one))) {
    for (const view of context.views) {
      if (failing.get(event)?.has(view.name)) continue;
      try {
        encodeEntry(step({ ...context, views: [view] }, state, [event]), [view]);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        noteFailure(failing, event, view.name, `its values cannot be stored: ${message}`.slice(0, 500));
        found = true;
      }
    }
  }
  return found;
}
