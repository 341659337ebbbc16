import { apply } from '../core/apply.ts';
import type { Entry } from '../core/entry.ts';
import { MillraceError } from '../core/errors.ts';
import type { TaskState } from '../core/state.ts';
import type { Store, TaskId } from '../store/ports.ts';
import { pack } from './body.ts';
import type { EncodedEntry } from './decide.ts';
import { follow } from './follow.ts';
import { entryName } from './item-names.ts';
import { type Runtime, taskName, viewsOf } from './runtime.ts';
import type { Held } from './state-cache.ts';

/** How often a commit is retried if another writer was first or the response was lost. */
const ATTEMPTS = 10;

/** The outcome of a commit. */
export interface Committed {
  readonly held: Held;
  /** the entry this call wrote; none if nothing was left to write */
  readonly entry: Entry | undefined;
  /** how often another writer was first */
  readonly conflicts: number;
}

/**
 * Appends one entry to a task's log. `decide` makes the entry from the current state, and is called
 * again whenever another writer was first or a response was lost. The caller holds the task.
 *
 * @param deadline instant after which no request is sent
 * @param decide returns the entry to write; `undefined`: nothing is left to write
 * @throws MillraceError `unavailable` if the deadline passed or the store did not respond: it is then unknown whether the
 *   entry was written, and the next call finds out
 */
export async function commit(
  runtime: Runtime,
  store: Store,
  task: TaskId,
  deadline: number,
  decide: (state: TaskState) => EncodedEntry | undefined | Promise<EncodedEntry | undefined>,
): Promise<Committed> {
  const name = taskName(task);
  const views = viewsOf(runtime, task.stream);
  const refuseLate = (): void => {
    if (runtime.clock.now() <= deadline) return;
    throw new MillraceError('unavailable', `${name}: the deadline passed before the batch could be committed; nothing was written`);
  };
  let lastError: unknown;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const held = await follow(runtime, store, task);
    const decided = await decide(held.state);
    if (!decided) return { held, entry: undefined, conflicts: attempt };
    const { entry, bytes } = decided;
    const index = held.state.index + 1;
    const body = pack(bytes, entryName(task, index));
    refuseLate();
    const committedAt = runtime.clock.now();
    const nonce = runtime.nonce();
    try {
      const stored = {
        index,
        nonce,
        body,
        committedAt,
        expiresAt: committedAt + runtime.limits.logTtl,
        late: entry.late.length,
        dead: entry.dead.length,
      };
      if (await store.log.append(task, stored, refuseLate)) {
        apply(views, held.state, entry, { index, nonce, committedAt, bytes: body.length }, held.debt);
        runtime.cache.keep(name, held);
        return { held, entry, conflicts: attempt };
      }
      // Another writer was first, or this call's write succeeded and the response was lost: the log shows which.
      runtime.cache.drop(name);
    } catch (error) {
      runtime.cache.drop(name);
      if (!(error instanceof MillraceError && error.code === 'unavailable')) throw error;
      lastError = error;
    }
  }
  throw new MillraceError('unavailable', `${name}: not committed after ${ATTEMPTS} attempts; the records will be delivered again`, {
    cause: lastError,
  });
}
