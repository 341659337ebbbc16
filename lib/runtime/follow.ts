import { apply } from '../core/apply.ts';
import { decodeBucket, decodeHead } from '../core/checkpoint-codec.ts';
import { CheckpointDebt } from '../core/checkpoint-debt.ts';
import { decodeEntry } from '../core/entry-codec.ts';
import { MillraceError } from '../core/errors.ts';
import { emptyState } from '../core/state.ts';
import type { Store, StoredEntry, TaskId } from '../store/ports.ts';
import { unpack } from './body.ts';
import { bucketName, checkpointName, entryName } from './item-names.ts';
import { type Runtime, taskName, viewsOf } from './runtime.ts';
import type { Held } from './state-cache.ts';

/** How often a state is read again if the one in memory is not what was committed. */
const ATTEMPTS = 25;

/** The part of a task in memory: `all`, which commits need; or its `tail`, the log since a checkpoint, without that checkpoint's panes. */
export type Part = 'all' | 'tail';

/** The name under which a part of a task's state is held in memory. */
export function heldName(task: TaskId, part: Part): string {
  return part === 'all' ? taskName(task) : `${taskName(task)}#tail`;
}

/**
 * Brings a task's state up to the end of its log: from memory if that is still valid, else from the checkpoint, plus every
 * later entry. The caller holds the task (`cache.exclusive` of {@link heldName}).
 *
 * @param part the part of the checkpoint to read; default: all
 * @throws MillraceError `gap` if entries are missing and no checkpoint covers them; `corrupt`, `incompatible`,
 *   `unavailable` as they come
 */
export async function follow(runtime: Runtime, store: Store, task: TaskId, part: Part = 'all'): Promise<Held> {
  const name = heldName(task, part);
  let before: Held | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const cached = runtime.cache.get(name);
    // No entry follows the one that ended it.
    if (cached?.state.ended) return cached;
    const held = cached ?? (await load(runtime, store, task, part));
    if (!held) continue;
    const entries = await store.log.read(task, held.state.index);
    if (!(await standsOn(runtime, store, task, held, entries[0])) || hasGap(held, entries)) {
      if (held.state.index > (before?.state.index ?? 0)) before = held;
      runtime.cache.drop(name);
      continue;
    }
    for (const entry of entries) {
      if (entry.index > held.state.index) take(runtime, task, name, held, entry);
    }
    if (before && held.state.index < before.state.index) {
      // A checkpoint covers entries before they expire, so a log never gets shorter: the last known entry remains valid.
      runtime.cache.keep(name, before);
      break;
    }
    runtime.cache.keep(name, held);
    return held;
  }
  throw new MillraceError(
    'gap',
    `the log of ${taskName(task)} has a gap that no checkpoint covers: restore the state table from a backup; nothing was changed`,
  );
}

/**
 * Whether the state in memory is a prefix of the log. Its own last entry must be there, by the same writer; past that
 * entry's expiry, later ones may have been deleted first, so then the manifest must be exactly where the state is.
 */
async function standsOn(runtime: Runtime, store: Store, task: TaskId, held: Held, first: StoredEntry | undefined): Promise<boolean> {
  const { index, nonce } = held.state;
  if (first?.index === index && first.nonce === nonce && first.expiresAt > runtime.clock.now()) return true;
  const manifest = await store.checkpoints.manifest(task);
  return manifest ? manifest.index === index && manifest.nonce === nonce : index === 0;
}

function hasGap(held: Held, entries: readonly StoredEntry[]): boolean {
  const fresh = entries.filter((entry) => entry.index > held.state.index);
  return fresh.some((entry, i) => entry.index !== held.state.index + 1 + i);
}

function take(runtime: Runtime, task: TaskId, name: string, held: Held, stored: StoredEntry): void {
  const item = entryName(task, stored.index);
  const views = viewsOf(runtime, task.stream);
  try {
    const entry = decodeEntry(unpack(stored.body, item), item.name, views);
    const { index, nonce, committedAt, body } = stored;
    apply(views, held.state, entry, { index, nonce, committedAt, bytes: body.length }, held.debt);
  } catch (error) {
    runtime.cache.drop(name);
    throw error;
  }
}

/** The state of the newest checkpoint, or of an empty log; `undefined` if a bucket is gone because a newer checkpoint replaced it. */
async function load(runtime: Runtime, store: Store, task: TaskId, part: Part): Promise<Held | undefined> {
  const manifest = await store.checkpoints.manifest(task);
  if (!manifest) return { state: emptyState(), debt: new CheckpointDebt(), manifest, checkpointBytes: 0 };
  const item = checkpointName(task, manifest.index);
  const views = viewsOf(runtime, task.stream);
  const { state, size, debt } = decodeHead(unpack(manifest.head, item), item.name, views);
  const ids = part === 'all' ? manifest.buckets.filter((id) => id !== '') : [];
  const bodies = await store.checkpoints.buckets(task, ids);
  if (bodies.some((body) => body === undefined)) return undefined;
  bodies.forEach((body, i) => {
    const bucket = bucketName(task, ids[i] as string);
    decodeBucket(unpack(body as Uint8Array, bucket), bucket.name, views, state);
  });
  // By it a cache knows what it holds.
  return { state, debt, manifest, checkpointBytes: part === 'all' ? size : 0 };
}
