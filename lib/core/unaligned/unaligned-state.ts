import type { Instant } from '../instant.ts';
import { latenessHorizon } from '../lateness.ts';
import { MEMORY_PER_KEY_OF_SPANS } from '../pane-memory.ts';
import { type MergePane, paneWork } from '../panes.ts';
import type { KeyWindowView } from '../view.ts';
import { byBucket, type StatePart, type Touch, type WindowState } from '../windowing.ts';
import type { Span } from '../windows/session.ts';
import { addSpan } from '../windows/spans.ts';
import { type KeySpan, spansCodec } from './span-codec.ts';

/** A task's state of a view with unaligned windows: each key's spans, by reach. */
export class UnalignedState implements WindowState<readonly KeySpan[]> {
  readonly spans = new Map<string, Span[]>();
  /** a lower bound of the spans' ends: the earliest span may have grown since */
  earliestEnd: Instant = Number.POSITIVE_INFINITY;
  readonly #view: KeyWindowView;
  readonly #merge: MergePane;

  constructor(view: KeyWindowView) {
    this.#view = view;
    this.#merge = paneWork(view).merge;
  }

  get isEmpty(): boolean {
    return this.spans.size === 0;
  }

  /** An estimate, because most keys have one span; counting all spans would take as long as a batch. */
  get memory(): number {
    return this.spans.size * MEMORY_PER_KEY_OF_SPANS;
  }

  add(delta: readonly KeySpan[], touch: Touch): void {
    for (const span of delta) {
      touch(span.key);
      const spans = this.spans.get(span.key) ?? [];
      if (spans.length === 0) this.spans.set(span.key, spans);
      addSpan(spans, span, this.#merge);
      this.earliestEnd = Math.min(this.earliestEnd, span.end);
    }
  }

  /** Restores spans unchanged, without merging any. */
  restore(spans: readonly KeySpan[]): void {
    for (const { key, ...span } of spans) {
      const of = this.spans.get(key);
      if (of) of.push(span);
      else this.spans.set(key, [span]);
      this.earliestEnd = Math.min(this.earliestEnd, span.end);
    }
  }

  /** Spans that were merged, or became pending because their window had not ended. */
  evict(boundary: Instant, touch: Touch): void {
    const floor = latenessHorizon(this.#view, boundary);
    if (this.earliestEnd >= floor) return;
    this.earliestEnd = Number.POSITIVE_INFINITY;
    for (const [key, spans] of this.spans) {
      const kept = spans.filter(({ end }) => end >= floor);
      const [first] = kept;
      if (first) this.earliestEnd = Math.min(this.earliestEnd, first.end);
      if (kept.length === spans.length) continue;
      touch(key);
      if (kept.length > 0) this.spans.set(key, kept);
      else this.spans.delete(key);
    }
  }

  holdsClosed(watermark: Instant): boolean {
    const floor = latenessHorizon(this.#view, watermark);
    // Every batch calls this, and there may be a million keys: they are scanned only if the earliest span may have ended.
    if (this.earliestEnd >= floor) return false;
    let earliest = Number.POSITIVE_INFINITY;
    for (const spans of this.spans.values()) {
      const { end } = spans[0] as Span;
      if (end < floor) return true;
      earliest = Math.min(earliest, end);
    }
    this.earliestEnd = earliest;
    return false;
  }

  holdsBeyond(boundary: Instant): boolean {
    const floor = latenessHorizon(this.#view, boundary);
    // Spans are sorted by reach, so the last one of a key ends last; mostly the first key checked suffices.
    return this.spans.values().some((spans) => (spans.at(-1) as Span).end >= floor);
  }

  *parts(bucketOf: (key: string) => number | undefined): Generator<StatePart> {
    const codec = spansCodec(this.#view);
    for (const [bucket, keys] of byBucket(this.spans, bucketOf)) {
      const spans = keys.flatMap(([key, of]) => of.map((span) => ({ ...span, key })));
      yield { bucket, write: (out) => codec.write(spans, out) };
    }
  }
}
