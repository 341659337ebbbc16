import { MillraceError } from '../core/errors.ts';
import type { Store } from '../store/ports.ts';
import { type Runtime, taskId } from './runtime.ts';

/** How long a verified identity of a stream is valid, in milliseconds, before records are skipped as already processed. */
const FRESH = 60_000;

/**
 * Makes sure that a stream is the one that its tasks were created for. Another stream can have shards of the same names: its records would
 * be skipped as already processed wherever its sequence numbers are lower.
 *
 * @param certain whether a stream that cannot be identified at the moment is rejected: needed before records are skipped or final
 *   results are written. A batch that only adds events does not depend on Kinesis' control plane
 * @throws MillraceError `incompatible` if it is another stream; `unavailable` if `certain` is set and the stream cannot be identified
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
      `stream "${stream}" of application "${application}" is now ${identity}, but its logs are of ${known}: its records are not processed, because some would be skipped as already processed. Point the stream back, or rename the application: it then reads the new stream from the starting position, and the old results stay under the old name`,
    );
  }
  identified.set(stream, clock.now());
}
