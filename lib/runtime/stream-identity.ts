import { MillraceError } from '../core/errors.ts';
import type { Store } from '../store/ports.ts';
import { type Runtime, taskId } from './runtime.ts';

/** How long what Kinesis said of a stream holds, in milliseconds, before what has been taken already is left out. */
const FRESH = 60_000;

/**
 * Makes sure that a stream is the one that its tasks were made for. Another one may have shards of the same names: what comes from it would
 * be left out as taken already wherever its sequence numbers are lower.
 *
 * @param certain whether a stream that cannot be identified at the moment is refused: where records are about to be left out, or final
 *   results written. A batch that only adds goes on: it does not depend on Kinesis' control plane
 * @throws MillraceError `incompatible` when it is another stream; `unavailable` when that is not known but has to be
 */
export async function ensureSameStream(
  runtime: Runtime,
  store: Store,
  stream: string,
  { certain }: { readonly certain: boolean },
): Promise<void> {
  const { shards, identified, clock } = runtime;
  const lookedAt = identified.get(stream);
  if (!shards.identity || (lookedAt !== undefined && (!certain || clock.now() - lookedAt < FRESH))) return;
  let identity: string;
  try {
    identity = await shards.identity(stream);
  } catch (error) {
    if (!certain && error instanceof MillraceError && error.code === 'unavailable') return;
    throw error;
  }
  const { name: application } = runtime.plan;
  const id = taskId(runtime, stream, '');
  const { identity: known } = await store.tasks.progress(id, { consistent: true });
  if (known === undefined) await store.tasks.setIdentity(id, identity);
  else if (known !== identity) {
    throw new MillraceError(
      'incompatible',
      `stream "${stream}" of application "${application}" is now ${identity}, and its logs are of ${known}: nothing of it is taken, since records of one would be left out as those of the other. Point the stream back, or give the application another name, under which it reads the new stream from the starting position; the old results stay under the old name`,
    );
  }
  identified.set(stream, clock.now());
}
