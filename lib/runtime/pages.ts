import { type KeyPane, mergedSpans } from '../core/key-results.ts';
import { encodePage, encodeSpans } from '../core/page-codec.ts';
import { resultRow } from '../core/result.ts';
import { hashKey } from '../core/stored.ts';
import type { KeySpan } from '../core/unaligned/span-codec.ts';
import type { KeyWindowView } from '../core/view.ts';
import type { Window } from '../core/window.ts';
import type { WindowCell } from '../core/windows/key-window.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { FinalWindow, Page, ReadableRow, Store, ViewId } from '../store/ports.ts';
import { pack } from './body.ts';
import { pageName } from './item-names.ts';
import type { Runtime } from './runtime.ts';

const MOST_BITS = 10;
/** How many pages, with their rows, are encoded and written concurrently. */
const WAVE = 16;

/** The page of a window that holds a key. */
export function pageOf(key: string, bits: number): number {
  return hashKey(key) & (2 ** bits - 1);
}

/**
 * Writes a window's final results: pages, readable rows if the view has them, and finally the window itself, which makes
 * them visible to readers. The results depend only on the panes, so a second call writes the same.
 *
 * @param deadline instant after which no further pages are started
 * @returns false if the deadline passed first: the next call continues from there
 */
export async function writeWindow(
  runtime: Runtime,
  store: Store,
  id: ViewId,
  view: ViewPlan,
  window: Window,
  panes: ReadonlyMap<string, unknown[]>,
  deadline: number,
): Promise<boolean> {
  const results = Array.from(panes, ([key, pane]): Result => ({ key, window, pane }));
  const encode = (part: readonly Result[]): Uint8Array =>
    encodePage(
      view,
      window,
      part.map(({ key, pane }) => [key, pane]),
    );
  return writeResults(runtime, store, id, view, window, results, encode, deadline);
}

/**
 * Writes the final windows of a cell, each with its key's result, as {@link writeWindow} does.
 *
 * @param panes by the start of their windows
 */
export async function writeCell(
  runtime: Runtime,
  store: Store,
  id: ViewId,
  view: ViewPlan & KeyWindowView,
  cell: WindowCell,
  panes: readonly KeyPane[],
  deadline: number,
): Promise<boolean> {
  const results = panes.map(({ key, window, spans }): Result => ({ key, window, pane: mergedSpans(view, spans) }));
  const encode = (part: readonly Result[]): Uint8Array =>
    encodeSpans(
      view,
      part.map(({ key, window, pane }): KeySpan => ({ key, ...window, reach: window.start, pane })),
    );
  return writeResults(runtime, store, id, view, cell, results, encode, deadline);
}

/** The result of a key in a window. */
interface Result {
  readonly key: string;
  readonly window: Window;
  readonly pane: unknown[];
}

/**
 * @param place where the results are stored: their window, or the cell of their windows
 * @param results the results of each key in the order in which they are written
 */
async function writeResults(
  runtime: Runtime,
  store: Store,
  id: ViewId,
  view: ViewPlan,
  place: Window,
  results: readonly Result[],
  encode: (part: readonly Result[]) => Uint8Array,
  deadline: number,
): Promise<boolean> {
  const expiresAt = runtime.clock.now() + view.retention;
  const sorted = results
    .map((result) => ({ hash: hashKey(result.key), result }))
    .sort((a, b) => a.hash - b.hash || (a.result.key < b.result.key ? -1 : Number(a.result.key > b.result.key)))
    .map(({ result }) => result);
  const packed = (page: Pick<Page, 'bits' | 'bucket'>, part: readonly Result[]): Uint8Array =>
    pack(encode(part), pageName(id, { ...page, ...place }));
  const bits = bitsFor(packed({ bits: 0, bucket: 0 }, sorted).length, runtime.limits.pageBytes);
  const row = ({ key, window, pane }: Result): ReadableRow => ({ key, ...window, values: resultRow(view, key, window, pane), expiresAt });
  const parts = Array.from(
    Map.groupBy(sorted, ({ key }) => pageOf(key, bits)),
    ([bucket, part]): Part => ({
      bucket,
      body: () => packed({ bits, bucket }, part),
      rows: () => (view.rows ? part.map(row) : []),
    }),
  );
  return writeParts(runtime, store, id, { ...place, bits, keys: results.length, expiresAt }, parts, deadline);
}

/** A page and its rows, encoded only when they are written: all pages of a large window do not fit into memory. */
interface Part {
  readonly bucket: number;
  readonly body: () => Uint8Array;
  readonly rows: () => readonly ReadableRow[];
}

/** Writes parts in waves, each wave's rows before its pages, so that a page proves that all earlier waves are complete. */
async function writeParts(
  { clock }: Runtime,
  store: Store,
  id: ViewId,
  window: FinalWindow,
  parts: readonly Part[],
  deadline: number,
): Promise<boolean> {
  const waves = Array.from({ length: Math.ceil(parts.length / WAVE) }, (_, i) => parts.slice(i * WAVE, (i + 1) * WAVE));
  const done = await wavesDone(store, id, window, waves);
  for (const [i, wave] of waves.slice(done).entries()) {
    if (i > 0 && clock.now() > deadline) return false;
    await store.results.putRows(
      id,
      wave.flatMap(({ rows }) => rows()),
    );
    await store.results.putPages(
      id,
      wave.map(({ bucket, body }): Page => ({ ...window, bucket, body: body() })),
    );
  }
  await store.results.putWindow(id, window);
  return true;
}

/** How many waves an interrupted merge has already written. */
async function wavesDone(store: Store, id: ViewId, window: FinalWindow, waves: readonly (readonly Part[])[]): Promise<number> {
  if (waves.length < 2) return 0;
  const { start, end, bits } = window;
  const isThere = async ({ bucket }: Part): Promise<boolean> =>
    (await store.results.pages(id, { bits, bucket, from: start, to: start })).some((page) => page.end === end);
  let done = 0;
  while (done + 1 < waves.length && (await isThere(waves[done + 1]?.[0] as Part))) done++;
  for (const part of waves[done] as readonly Part[]) if (!(await isThere(part))) return done;
  return done + 1;
}

function bitsFor(bytes: number, pageBytes: number): number {
  return Math.min(MOST_BITS, Math.max(0, Math.ceil(Math.log2(bytes / pageBytes))));
}
