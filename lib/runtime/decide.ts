import type { Entry } from '../core/entry.ts';
import { encodeEntry } from '../core/entry-codec.ts';
import { type Incoming, isDead } from '../core/event.ts';
import type { TaskState } from '../core/state.ts';
import { type StepContext, step } from '../core/step.ts';

/** An entry and its bytes. */
export interface EncodedEntry {
  readonly entry: Entry;
  readonly bytes: Uint8Array;
}

/**
 * What a batch means, in the form in which it is stored. An event whose values cannot be stored (nested too deep, or a map made a
 * function of them) is dead, like one that cannot be processed: no batch could ever be committed with it.
 *
 * @param incoming the batch's events, in order, without what the state has already taken; at least one
 * @param last the sequence number of the batch's last record, which need not hold events
 */
export function decide(context: StepContext, state: TaskState, incoming: readonly Incoming[], last: string): EncodedEntry {
  const entry = { ...step(context, state, incoming), last };
  try {
    return { entry, bytes: encodeEntry(entry, context.views) };
  } catch (error) {
    const storable = incoming.map((event) => (isDead(event) ? event : deadIfAlone(context, state, event)));
    // None of them on its own: not the events' doing.
    if (storable.every((event, i) => event === incoming[i])) throw error;
    return decide(context, state, storable, last);
  }
}

/** The event, or a dead one in its place when not even that one alone can be stored. */
function deadIfAlone(context: StepContext, state: TaskState, event: Incoming): Incoming {
  try {
    encodeEntry(step(context, state, [event]), context.views);
    return event;
  } catch (error) {
    const { sequence, arrival } = event;
    const message = error instanceof Error ? error.message : String(error);
    return { sequence, arrival, bytes: () => event.bytes(), reason: `its values cannot be stored: ${message}`.slice(0, 500) };
  }
}
