import type { DeadLetter, KeptContent, LateEvent } from '../../../client/client.ts';
import { el } from '../dom.ts';
import { formatClock, formatLength, formatTime } from '../format.ts';

/** The summary line of an event. */
interface Summary {
  readonly when: string;
  readonly what: string;
}

/** Late events or dead letters, each with a look inside. */
export class KeptPanel<T extends LateEvent | DeadLetter> {
  readonly element: HTMLElement;
  readonly #none: string;
  readonly #summary: (one: T) => Summary;
  readonly #list = el('div', { class: 'kept' });
  /** the events shown: they stay open or closed when others are added */
  #shown = new Map<string, HTMLElement>();

  /** @param none the text shown if there are none */
  constructor(title: string, none: string, summary: (one: T) => Summary) {
    this.#none = none;
    this.#summary = summary;
    this.element = el('section', { class: 'panel' }, el('h2', {}, title), this.#list);
  }

  /** @param now ISO 8601: the date is shown for days other than today */
  show(all: readonly T[], now: string): void {
    const next = new Map<string, HTMLElement>();
    for (const one of all) next.set(nameOf(one, next), this.#shown.get(nameOf(one, next)) ?? this.#details(one, now));
    const same = next.size === this.#shown.size && [...next.keys()].every((name) => this.#shown.has(name));
    this.#shown = next;
    if (same && this.#list.childElementCount > 0) return;
    const focused = document.activeElement;
    this.#list.replaceChildren(...(next.size > 0 ? next.values() : [el('p', { class: 'empty' }, this.#none)]));
    if (focused instanceof HTMLElement && this.#list.contains(focused)) focused.focus({ preventScroll: true });
  }

  #details(one: T, now: string): HTMLElement {
    const { when, what } = this.#summary(one);
    return el(
      'details',
      {},
      el(
        'summary',
        {},
        el('span', { class: 'time', title: `${formatTime(when)} UTC` }, formatClock(when, now)),
        el('span', { class: 'what', title: what }, what),
      ),
      el('p', { class: 'where' }, `${one.shard}, sequence number ${one.sequence}, committed ${formatTime(one.committedAt)} UTC`),
      el('pre', { tabindex: 0 }, contentOf(one)),
    );
  }
}

/** Late events, by when they happened. */
export function latePanel(): KeptPanel<LateEvent> {
  return new KeptPanel('Late events', 'No late events.', ({ arrival, eventTime, views }) => {
    const behind = formatLength(Date.parse(arrival) - Date.parse(eventTime));
    return { when: eventTime, what: `arrived ${behind} after its event time, late for ${views.join(', ')}` };
  });
}

/** Dead letters, by when they came. */
export function deadPanel(): KeptPanel<DeadLetter> {
  return new KeptPanel('Dead letters', 'No dead letters.', ({ arrival, reason }) => ({ when: arrival, what: reason }));
}

/** Several can have come in one record. */
function nameOf({ shard, sequence }: LateEvent | DeadLetter, taken: ReadonlyMap<string, unknown>): string {
  for (let n = 0; ; n++) {
    const name = `${shard} ${sequence} ${n}`;
    if (!taken.has(name)) return name;
  }
}

function contentOf({ event, text, base64, truncated }: KeptContent): string {
  const content =
    text ?? (base64 === undefined ? undefined : `base64: ${base64}`) ?? (event === undefined ? '' : JSON.stringify(event, null, 2));
  return `${content}${truncated ? `${content === '' ? '' : '\n'}… its end was not kept` : ''}`;
}
