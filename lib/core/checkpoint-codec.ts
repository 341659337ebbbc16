import { ByteWriter } from './bytes.ts';
import { CheckpointDebt } from './checkpoint-debt.ts';
import { type Codec, decode, encode, flag, growing, list, number, openItem, pair, record, text, varuint, writeHeader } from './codec.ts';
import { MillraceError } from './errors.ts';
import { rememberedIds } from './remembered-ids.ts';
import { emptyState, type TaskState, viewState } from './state.ts';
import { FORMAT, hashKey, SLOTS } from './stored.ts';
import type { ViewSpec } from './view.ts';
import { windowingOf } from './window-kinds.ts';

/** The bucket of a checkpoint that holds a key. */
function bucketOf(key: string, buckets: number): number {
  return (hashKey(key) % SLOTS) % buckets;
}

/** A view in a head. */
interface HeldView {
  readonly name: string;
  readonly fingerprint: string;
  readonly dropped: number;
}

/** The stored state without its panes. */
type Kept = Pick<
  TaskState,
  'index' | 'nonce' | 'sequence' | 'watermark' | 'base' | 'lastArrival' | 'events' | 'late' | 'dead' | 'ended' | 'children' | 'outcomes'
>;

type Head = Kept & { readonly views: readonly HeldView[]; readonly size: number };

/** What only the tasks of streams with `dedupe` have: how many duplicates there were, how many ids are in the buckets, and their floor. */
interface RareHead {
  readonly duplicates?: number | undefined;
  readonly ids?: number | undefined;
  readonly idsFloor?: number | undefined;
}

/** In a bucket, the name in front of the remembered ids. No view has it. */
const IDS = '';

/** A head: the state without panes, each view's part, and the total size of all buckets. */
const headCodec: Codec<Head & RareHead> = growing<Head, RareHead>(
  {
    index: varuint,
    nonce: text,
    sequence: text,
    watermark: number,
    base: number,
    lastArrival: number,
    events: varuint,
    late: varuint,
    dead: varuint,
    ended: flag,
    children: list(text),
    outcomes: record({ version: text, counts: list(pair(varuint, varuint), 2) }),
    views: list(record<HeldView>({ name: text, fingerprint: text, dropped: number }), 3),
    size: varuint,
  },
  {
    duplicates: { number: 1, codec: varuint },
    // A version that does not know the ids would write the next checkpoint without them: it must not read this one.
    ids: { number: 2, codec: varuint },
    idsFloor: { number: 3, codec: number },
  },
);

/**
 * Encodes the state without its panes.
 *
 * @param size bytes of all buckets together, which a reader uses to decide when the next checkpoint is due
 */
export function encodeHead(state: TaskState, views: readonly ViewSpec[], size: number): Uint8Array<ArrayBuffer> {
  const held = views.filter(({ name }) => state.views.has(name));
  const heldViews = held.map(({ name, fingerprint }) => ({
    name,
    fingerprint,
    dropped: state.views.get(name)?.dropped ?? Number.NEGATIVE_INFINITY,
  }));
  const { duplicates, ids, ...kept } = state;
  const rare: RareHead = {
    ...(duplicates > 0 && { duplicates }),
    ...(ids.size > 0 && { ids: ids.size }),
    ...(Number.isFinite(ids.floor) && { idsFloor: ids.floor }),
  };
  return encode(headCodec, { ...kept, ...rare, views: heldViews, size }, 512);
}

/** Decodes the output of {@link encodeHead}: a state without panes and the checkpoint's size, and what the next checkpoint must write. */
export function decodeHead(
  bytes: Uint8Array,
  item: string,
  views: readonly ViewSpec[],
): { readonly state: TaskState; readonly size: number; readonly debt: CheckpointDebt } {
  const { views: held, size, duplicates = 0, ids: _, idsFloor, ...kept } = decode(headCodec, bytes, item);
  const state: TaskState = { ...emptyState(), ...kept, duplicates };
  if (idsFloor !== undefined) state.ids.floor = idsFloor;
  const debt = new CheckpointDebt();
  // The next checkpoint writes everything in the current format.
  if (openItem(bytes, item).format < FORMAT) debt.dirty.fill(1);
  for (const { name, fingerprint, dropped } of held) {
    const view = views.find((v) => v.name === name);
    if (!view) {
      // All buckets are rewritten without the removed view, so that a later view of the same name does not find a part of it.
      debt.dirty.fill(1);
      debt.unknownViewAt = state.lastArrival;
      continue;
    }
    if (view.fingerprint !== fingerprint) {
      throw new MillraceError('incompatible', `view "${name}" has changed since ${item} was written: give the changed view another name`);
    }
    viewState(state, view).dropped = dropped;
  }
  return { state, size, debt };
}

/** Encodes the panes of the requested buckets; an empty array for a bucket without panes. */
export function encodeBuckets(
  state: TaskState,
  views: readonly ViewSpec[],
  buckets: number,
  wanted: (bucket: number) => boolean,
): Map<number, Uint8Array<ArrayBuffer>> {
  const writers = new Map<number, ByteWriter>();
  const bucketWanted = (key: string): number | undefined => {
    const bucket = bucketOf(key, buckets);
    return wanted(bucket) ? bucket : undefined;
  };
  const held = [
    ...views.map(({ name }) => ({ name, parts: state.views.get(name)?.held.parts(bucketWanted) ?? [] })),
    { name: IDS, parts: state.ids.parts(bucketWanted) },
  ];
  for (const { name, parts } of held) {
    for (const { bucket, write } of parts) {
      let out = writers.get(bucket);
      if (!out) {
        out = new ByteWriter(4096);
        writeHeader(out);
        writers.set(bucket, out);
      }
      out.text(name);
      out.part(write);
    }
  }
  return new Map(Array.from(writers, ([bucket, out]) => [bucket, out.finish()]));
}

/** Adds a bucket's panes to a state. All of it is read before anything is added. */
export function decodeBucket(bytes: Uint8Array, item: string, views: readonly ViewSpec[], state: TaskState): void {
  const input = openItem(bytes, item);
  const adds: (() => void)[] = [];
  while (input.remaining > 0) {
    const name = input.text();
    const body = input.bytes();
    if (name === IDS) {
      const reader = input.part(body, 'remembered ids');
      const ids = rememberedIds.read(reader);
      reader.end();
      adds.push(() => state.ids.add(ids, () => {}));
      continue;
    }
    const view = views.find((v) => v.name === name);
    if (!view) continue;
    const reader = input.part(body, `view ${name}`);
    const add = windowingOf(view).decodePart(reader);
    reader.end();
    adds.push(() => add(viewState(state, view).held));
  }
  for (const add of adds) add();
}
