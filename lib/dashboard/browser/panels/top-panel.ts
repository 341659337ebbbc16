import { el, fill } from '../dom.ts';
import { formatKey, formatValue, formatWindow } from '../format.ts';
import type { Snapshot } from '../load.ts';

/** The newest window's rows, greatest first. */
export class TopPanel {
  readonly element: HTMLElement;
  readonly #body = el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Rows of the newest window' });
  readonly #window = el('p', { class: 'when' });
  readonly #title = el('h2', {}, 'Newest window');

  constructor() {
    this.element = el('section', { class: 'panel' }, this.#title, this.#window, this.#body);
  }

  show({ view, top, selection }: Snapshot): void {
    const [first] = top;
    this.#title.textContent = first && first.window_start === undefined ? 'Running result' : 'Newest window';
    fill(
      this.#window,
      ...(first?.window_start === undefined
        ? []
        : [
            `${formatWindow(first.window_start, first.window_end)} UTC `,
            el('span', { class: first.final ? 'badge final' : 'badge open' }, first.final ? 'final' : 'open'),
          ]),
    );
    const columns = view.aggregates.map(({ name }) => name);
    const most = Math.max(...top.map((row) => Math.abs(Number(row[selection.column]) || 0)), 0);
    fill(
      this.#body,
      top.length === 0
        ? el('p', { class: 'empty' }, 'No rows yet.')
        : el(
            'table',
            {},
            el(
              'thead',
              {},
              el(
                'tr',
                {},
                el('th', { scope: 'col' }, view.key.map(({ name }) => name).join(' · ') || 'key'),
                ...columns.map((name) =>
                  el('th', { scope: 'col', class: 'number', 'aria-sort': name === selection.column ? 'descending' : undefined }, name),
                ),
              ),
            ),
            el(
              'tbody',
              {},
              ...top.map((row) => {
                const key = formatKey(view.key.map(({ name }) => row[name] ?? null));
                return el(
                  'tr',
                  {},
                  el('th', { scope: 'row', title: key }, key),
                  ...columns.map((name) => {
                    const share = name === selection.column && most > 0 ? (100 * Math.abs(Number(row[name]) || 0)) / most : undefined;
                    return el(
                      'td',
                      { class: 'number', ...(share !== undefined && { style: `--share:${share.toFixed(1)}%` }) },
                      formatValue(row[name]),
                    );
                  }),
                );
              }),
            ),
          ),
    );
  }
}
