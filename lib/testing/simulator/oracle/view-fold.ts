import { AGGREGATES, type Counted } from './aggregates.ts';
import { ofKeys, type Part, reachOf, windowsOfKey } from './key-windows.ts';
import type { KeyWindowSpec, Payload, ViewSpec } from './spec.ts';
import { type OracleWindow, windowsAt } from './windows.ts';

/** A row: its window and the values of its columns. */
export interface OracleRow extends OracleWindow {
  readonly values: Readonly<Record<string, unknown>>;
}

/** The outcome of an event in a view. */
export interface Judged {
  /** some of its windows could not take it */
  readonly late: boolean;
  /** though its shard alone cannot have closed them */
  readonly tooEarly: boolean;
}

/** The name of a pane: its window and its key. */
export function paneName({ start, end }: OracleWindow, key: readonly string[]): string {
  return `${start}/${end} ${JSON.stringify(key)}`;
}

/** One view's rows, event by event. */
export class ViewFold {
  readonly #view: ViewSpec;
  /** events by window and key */
  readonly #panes = new Map<string, { readonly window: OracleWindow; readonly key: readonly string[]; readonly events: Counted[] }>();
  /** parts of unaligned windows, by key */
  readonly #parts = new Map<string, Part[]>();

  constructor(view: ViewSpec) {
    this.#view = view;
  }

  /**
   * Takes an event.
   *
   * @param watermark its task's, the event included
   * @param unmoved the maximum watermark at that time if only the arrival of events advanced it
   */
  take(counted: Counted, arrival: number, watermark: number, unmoved: number): Judged {
    const view = this.#view;
    const { event } = counted;
    if (view.evenOnly && event.id % 2 !== 0) return { late: false, tooEarly: false };
    const time = view.time === 'arrival' ? arrival : event.at;
    if (ofKeys(view.window)) return this.#takeByKey(view.window, counted, time, watermark - view.lateness, unmoved - view.lateness);
    const windows = windowsAt(view.window, time);
    const open = (at: number): OracleWindow[] => windows.filter(({ end }) => end + view.lateness > at);
    const taken = open(watermark);
    for (const window of taken) this.#add(window, counted);
    return { late: taken.length < windows.length, tooEarly: taken.length < open(unmoved).length };
  }

  #takeByKey(window: KeyWindowSpec, counted: Counted, time: number, floor: number, unmoved: number): Judged {
    const key = JSON.stringify(this.#keyOf(counted.event));
    const parts = this.#parts.get(key) ?? [];
    this.#parts.set(key, parts);
    const own = parts.filter((part) => part.counted.shard === counted.shard);
    const reach = reachOf(window, time, floor, own);
    if (reach) parts.push({ counted, time, ...reach });
    return { late: !reach, tooEarly: !reach && reachOf(window, time, unmoved, own) !== undefined };
  }

  rows(): ReadonlyMap<string, OracleRow> {
    const { window } = this.#view;
    if (ofKeys(window)) {
      for (const parts of this.#parts.values()) {
        for (const found of windowsOfKey(window, parts)) for (const { counted } of found.parts) this.#add(found.window, counted);
      }
      this.#parts.clear();
    }
    return new Map(Array.from(this.#panes, ([name, pane]) => [name, this.#row(pane.window, pane.key, pane.events)]));
  }

  #add(window: OracleWindow, counted: Counted): void {
    const key = this.#keyOf(counted.event);
    const name = paneName(window, key);
    const pane = this.#panes.get(name) ?? { window, key, events: [] };
    this.#panes.set(name, pane);
    pane.events.push(counted);
  }

  #row(window: OracleWindow, key: readonly string[], events: readonly Counted[]): OracleRow {
    const { key: columns, aggregates } = this.#view;
    return {
      ...window,
      values: {
        ids: events.map(({ event }) => event.id).sort((a, b) => a - b),
        ...Object.fromEntries(columns.map((column, i) => [column, key[i]])),
        ...Object.fromEntries(aggregates.map((name) => [name, AGGREGATES[name](events)])),
      },
    };
  }

  #keyOf(event: Payload): string[] {
    return this.#view.key.map((column) => event[column]);
  }
}
