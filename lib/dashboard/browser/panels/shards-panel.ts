import { el, fill } from '../dom.ts';
import { formatClock, formatLength, formatTime, formatValue } from '../format.ts';
import type { Snapshot } from '../load.ts';

/** How far each shard has come. */
export class ShardsPanel {
  readonly element: HTMLElement;
  readonly #body = el('div', { class: 'scroll tall', tabindex: 0, role: 'region', 'aria-label': 'Shards' });

  constructor() {
    this.element = el('section', { class: 'panel' }, el('h2', {}, 'Shards'), this.#body);
  }

  show({ health }: Snapshot): void {
    const now = Date.parse(health.now);
    const several = health.streams.length > 1;
    const rows = health.streams.flatMap(({ stream, shards }) =>
      shards.map(({ shard, watermark, events, late, dead, ended, breaker }) =>
        el(
          'tr',
          { class: ended ? 'ended' : undefined },
          el(
            'th',
            { scope: 'row', title: shard },
            `${several ? `${stream} ` : ''}${shard.replace(/^shardId-0*(?=\d)/, '#')}${ended ? ' (closed)' : ''}${breaker ? ' (stopped)' : ''}`,
          ),
          ...(watermark === null
            ? [el('td', { class: 'number' }, '–'), el('td', { class: 'number' }, '–')]
            : [
                el('td', { class: 'number', title: `${formatTime(watermark)} UTC` }, formatClock(watermark, health.now)),
                el('td', { class: 'number' }, formatLength(now - Date.parse(watermark))),
              ]),
          el('td', { class: 'number' }, formatValue(events)),
          el('td', { class: late > 0 ? 'number warn' : 'number' }, formatValue(late)),
          el('td', { class: dead > 0 ? 'number bad' : 'number' }, formatValue(dead)),
        ),
      ),
    );
    const head = ['shard', 'watermark', 'lag', 'events', 'late', 'dead'];
    fill(
      this.#body,
      rows.length === 0
        ? el('p', { class: 'empty' }, 'No shard is registered yet. This takes up to a minute.')
        : el(
            'table',
            {},
            el('thead', {}, el('tr', {}, ...head.map((name, i) => el('th', { scope: 'col', class: i > 0 ? 'number' : undefined }, name)))),
            el('tbody', {}, ...rows),
          ),
    );
  }
}
