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
 * What a batch means, in the form in which it is stored. An event whose values a view cannot store (nested too deep, or a map made a
 * function of them) is dead for that view, like one that it cannot process: no batch could ever be committed with it.
 *
 * @param incoming the batch's events, in order, without what the state has already taken; at least one
 * @param last the sequence number of the batch's last record, which need not hold events
 */
export function decide(context: StepContext, state: TaskState, incoming: readonly Incoming[], last: string): EncodedEntry {
  const failing = new Map<Incoming, Refusals>();
  for (;;) {
    const entry = { ...step(context, state, incoming, failing), last };
    try {
      return { entry, bytes: encodeEntry(entry, context.views) };
    } catch (error) {
      // None of them on its own: not the events' doing.
      if (!findUnstorable(context, state, incoming, failing)) throw error;
    }
  }
}

/** Notes events and views of which not even that one event alone can be stored; tells whether there are any that were not known. */
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
