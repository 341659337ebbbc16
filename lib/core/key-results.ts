import type { Instant } from './instant.ts';
import { paneWork } from './panes.ts';
import type { ViewState } from './state.ts';
import type { KeySpan } from './unaligned/span-codec.ts';
import type { UnalignedState } from './unaligned/unaligned-state.ts';
import type { KeyWindowView } from './view.ts';
import type { Window } from './window.ts';
import { isOver, windowsOfSpans } from './windows/key-window.ts';
import type { Span } from './windows/session.ts';

/** Spans by key. */
export type KeySpans = ReadonlyMap<string, readonly Span[]>;

/** No spans of any key. */
export const NO_SPANS: KeySpans = new Map();

/** Spans by their key. */
export function spansByKey(spans: Iterable<KeySpan>): KeySpans {
  const byKey = new Map<string, Span[]>();
  for (const { key, ...span } of spans) {
    const known = byKey.get(key);
    if (known) known.push(span);
    else byKey.set(key, [span]);
  }
  return byKey;
}

/** A key's window, and the spans over all tasks that it is made of. */
export interface KeyPane {
  readonly key: string;
  readonly window: Window;
  readonly spans: readonly Span[];
}

/**
 * Everything that is not in final windows: the spans of tasks from a boundary on, and the pending spans of the boundary. The result shares memory
 * with the states and must not be changed.
 *
 * @param boundary final windows end before it
 * @param carried the result of {@link carriedOn} for it
 * @param only one key
 */
export function collectSpans(states: readonly ViewState[], boundary: Instant, carried: KeySpans, only?: string): Map<string, Span[]> {
  const collected = new Map<string, Span[]>();
  const take = (key: string, spans: readonly Span[]): void => {
    if (spans.length === 0) return;
    const known = collected.get(key);
    if (known) known.push(...spans);
    else collected.set(key, [...spans]);
  };
  const takeAll = (byKey: KeySpans, isWanted: (span: Span) => boolean): void => {
    if (only !== undefined) take(only, (byKey.get(only) ?? []).filter(isWanted));
    else for (const [key, spans] of byKey) take(key, spans.filter(isWanted));
  };
  takeAll(carried, () => true);
  for (const { held } of states) takeAll((held as UnalignedState).spans, ({ end }) => end >= boundary);
  return collected;
}

/** The windows of every key, by start, end and key: the same order every time. */
export function keyPanes(view: KeyWindowView, spans: KeySpans): KeyPane[] {
  return Array.from(spans, ([key, of]) => windowsOfSpans(view.window, of).map((window): KeyPane => ({ key, ...window })))
    .flat()
    .sort((a, b) => a.window.start - b.window.start || a.window.end - b.window.end || (a.key < b.key ? -1 : Number(a.key > b.key)));
}

/** The states of spans merged. What is given out is never part of a task's state. */
export function mergedSpans(view: KeyWindowView, spans: readonly Span[]): unknown[] {
  const { create, merge } = paneWork(view);
  const pane = create();
  for (const span of spans) merge(pane, span.pane);
  return pane;
}

/**
 * The pending spans of a boundary. Tasks evict all spans that end before the boundary; those whose windows are still open are pending. They are a
 * function of closed spans alone, whenever they are computed and whatever else tasks hold.
 *
 * @param panes all windows that were not final at the boundary before
 * @param boundary at or before the lateness horizon of every task
 */
export function carriedOn(view: KeyWindowView, panes: readonly KeyPane[], boundary: Instant): KeySpan[] {
  return panes.flatMap(({ key, window, spans }): KeySpan[] => {
    if (isOver(view.window, window, boundary)) return [];
    const closed = spans.filter(({ end }) => end < boundary);
    if (view.window.kind === 'session') {
      return windowsOfSpans(view.window, closed).map((part) => ({
        key,
        ...part.window,
        reach: Math.min(...part.spans.map(({ reach }) => reach)),
        pane: mergedSpans(view, part.spans),
      }));
    }
    // The start of the window stays known, so it can still become one window.
    const { start } = window;
    return closed.length === 0 ? [] : [{ key, start, end: start, reach: start, pane: mergedSpans(view, closed) }];
  });
}
