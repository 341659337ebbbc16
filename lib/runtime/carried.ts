import { ByteReader, ByteWriter } from '../core/bytes.ts';
import { openItem, writeHeader } from '../core/codec.ts';
import { MillraceError } from '../core/errors.ts';
import type { Instant } from '../core/instant.ts';
import { type KeySpans, NO_SPANS, spansByKey } from '../core/key-results.ts';
import { decodeSpans, encodeSpans } from '../core/page-codec.ts';
import type { KeySpan } from '../core/unaligned/span-codec.ts';
import type { KeyWindowView } from '../core/view.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { Store, TaskId } from '../store/ports.ts';
import { pack, packedSize, unpack } from './body.ts';
import { carriedName, type ItemName } from './item-names.ts';
import type { Limits } from './limits.ts';
import { pageOf } from './pages.ts';

/** No more buckets than slots. */
const MOST_BITS = 8;
/** How long the pending spans of a boundary are kept after the next boundary is written, for readers of the old one. */
const SUPERSEDED_TTL = 86_400_000;

/** A view whose windows come from a key's own events, in a plan. */
export type KeyWindowPlan = ViewPlan & KeyWindowView;

/**
 * Writes the pending spans of a boundary before the boundary moves. They are immutable and depend only on closed spans, so it does not
 * matter which process writes them or how often. Without pending spans, nothing is written.
 */
export async function writeCarried(
  store: Store,
  application: string,
  view: KeyWindowPlan,
  boundary: Instant,
  spans: readonly KeySpan[],
  { bucketBytes }: Limits,
): Promise<void> {
  if (spans.length === 0) return;
  const all = encodeSpans(view, spans);
  const put = (id: string, bytes: Uint8Array): Promise<void> =>
    store.checkpoints.putBucket(taskOf(application, view), id, pack(bytes, nameOf(application, view, id)));
  const size = packedSize(all);
  const bits = Math.min(MOST_BITS, Math.max(0, Math.ceil(Math.log2(size / bucketBytes))));
  if (bits > 0) {
    const parts = Map.groupBy(spans, ({ key }) => pageOf(key, bits));
    for (let bucket = 0; bucket < 2 ** bits; bucket++) {
      await put(bucketId(boundary, bits, bucket), encodeSpans(view, parts.get(bucket) ?? []));
    }
  }
  const head = new ByteWriter();
  writeHeader(head);
  head.byte(bits);
  if (bits === 0) head.bytes(all);
  await put(headId(boundary), head.finish());
}

/**
 * Reads the pending spans of a boundary.
 *
 * @param slot reads only spans that may belong to keys of this slot
 */
export async function readCarried(
  store: Store,
  application: string,
  view: KeyWindowPlan,
  boundary: Instant,
  slot?: number,
): Promise<KeySpans> {
  if (!Number.isFinite(boundary)) return NO_SPANS;
  const task = taskOf(application, view);
  const head = await readHead(store, application, view, boundary);
  if (!head) return NO_SPANS;
  const bits = head.byte();
  if (bits === 0) return spansByKey(decodeSpans(head.bytes(), nameOf(application, view, headId(boundary)).name, view));
  const ids = slot === undefined ? bucketIds(boundary, bits) : [bucketId(boundary, bits, slot % 2 ** bits)];
  const parts = await store.checkpoints.buckets(task, ids);
  return spansByKey(
    parts.flatMap((part, i) => {
      const item = nameOf(application, view, ids[i] as string);
      if (!part) throw new MillraceError('corrupt', `${item.name} is gone: restore the table from a backup`);
      return decodeSpans(unpack(part, item), item.name, view);
    }),
  );
}

/** Whether a boundary has pending spans. */
export async function carriesOn(store: Store, application: string, view: KeyWindowPlan, boundary: Instant): Promise<boolean> {
  return Number.isFinite(boundary) && (await readHead(store, application, view, boundary)) !== undefined;
}

/** Sets the expiry of a boundary's pending spans, once a later boundary is written. */
export async function expireCarried(
  store: Store,
  application: string,
  view: KeyWindowPlan,
  boundary: Instant,
  now: Instant,
): Promise<void> {
  if (!Number.isFinite(boundary)) return;
  const task = taskOf(application, view);
  const head = await readHead(store, application, view, boundary);
  if (!head) return;
  const bits = head.byte();
  const ids = [headId(boundary), ...(bits === 0 ? [] : bucketIds(boundary, bits))];
  await store.checkpoints.expireBuckets(task, ids, now + SUPERSEDED_TTL);
}

/** The number of buckets, as a power of two, and the spans if there is only one bucket. */
async function readHead(store: Store, application: string, view: KeyWindowPlan, boundary: Instant): Promise<ByteReader | undefined> {
  const id = headId(boundary);
  const [head] = await store.checkpoints.buckets(taskOf(application, view), [id]);
  const item = nameOf(application, view, id);
  const body = head && unpack(head, item);
  if (!body) return undefined;
  // Format 3 had no prefix before the bits: the body was empty, or consisted of the bits alone.
  return body.length === 1 || body[0] === 0 ? new ByteReader(body, item.name) : openItem(body, item.name);
}

function nameOf(application: string, view: KeyWindowPlan, id: string): ItemName {
  return carriedName({ application, view: view.name }, id);
}

function bucketIds(boundary: Instant, bits: number): string[] {
  return Array.from({ length: 2 ** bits }, (_, bucket) => bucketId(boundary, bits, bucket));
}

function headId(boundary: Instant): string {
  return String(boundary);
}

function bucketId(boundary: Instant, bits: number, bucket: number): string {
  return `${boundary}/${bits}/${bucket}`;
}

/** Pending spans are stored like the buckets of a checkpoint, under a name that no shard can have. */
function taskOf(application: string, view: KeyWindowPlan): TaskId {
  return { application, stream: view.stream, shard: `open ${view.name}` };
}
