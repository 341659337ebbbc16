import type { DeadLetter, KeptContent, LateEvent } from '../../../client/client.ts';
import { el } from '../dom.ts';
import { formatLength, formatTime } from '../format.ts';
import type { Snapshot } from '../load.ts';

/** Late events and dead letters, each with a look inside. */
export class KeptPanel {
  readonly element: HTMLElement;
  readonly #late = el('div', { class: 'kept' });
  readonly #dead = el('div', { class: 'kept' });
  /** which are open, so that they stay it when others come */
  readonly #opened = new Set<string>();

  constructor() {
    this.element = el(
      'section',
      { class: 'panel wide two' },
      el('div', {}, el('h2', {}, 'Late events'), this.#late),
      el('div', {}, el('h2', {}, 'Dead letters'), this.#dead),
    );
  }

  show({ late, dead }: Snapshot): void {
    this.#fill(this.#late, late, 'No event came too late.', (event) => {
      const behind = Date.parse(event.arrival) - Date.parse(event.eventTime);
      return [
        `${formatTime(event.eventTime)} UTC`,
        `came ${formatLength(behind)} after it happened, too late for ${event.views.join(', ')}`,
      ];
    });
    this.#fill(this.#dead, dead, 'Everything that came was an event.', (letter) => [`${formatTime(letter.arrival)} UTC`, letter.reason]);
  }

  #fill<T extends LateEvent | DeadLetter>(host: HTMLElement, all: readonly T[], none: string, summary: (one: T) => [string, string]): void {
    const keys = all.map(({ shard, sequence }, i) => `${shard} ${sequence} ${i}`);
    if (host.dataset.keys === keys.join() && host.childElementCount > 0) return;
    host.dataset.keys = keys.join();
    if (all.length === 0) {
      host.replaceChildren(el('p', { class: 'empty' }, none));
      return;
    }
    host.replaceChildren(
      ...all.map((one, i) => {
        const id = `${one.shard} ${one.sequence}`;
        const [when, what] = summary(one);
        const details = el(
          'details',
          { open: this.#opened.has(id) },
          el('summary', {}, el('span', { class: 'time' }, when), el('span', { class: 'what', title: what }, what)),
          el('p', { class: 'where' }, `${one.shard}, sequence number ${one.sequence}, committed ${formatTime(one.committedAt)} UTC`),
          el('pre', { tabindex: 0 }, contentOf(one)),
        );
        details.addEventListener('toggle', () => {
          if (details.open) this.#opened.add(id);
          else this.#opened.delete(id);
        });
        details.dataset.index = String(i);
        return details;
      }),
    );
  }
}

function contentOf({ event, text, base64, truncated }: KeptContent): string {
  const content =
    text ?? (base64 === undefined ? undefined : `base64: ${base64}`) ?? (event === undefined ? '' : JSON.stringify(event, null, 2));
  return `${content}${truncated ? `${content === '' ? '' : '\n'}… its end was not kept` : ''}`;
}
