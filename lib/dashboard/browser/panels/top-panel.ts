import type { ColumnInfo } from '../../../client/client.ts';
import { el, fill } from '../dom.ts';
import { formatKey, formatValue, formatWindow } from '../format.ts';
import type { Snapshot } from '../load.ts';
import { drawable } from '../selection.ts';
import type { Row } from '../series.ts';

const TITLES = { top: 'Newest window', running: 'All of time', list: 'Newest rows' } as const;

/** The newest window's rows, greatest first; or, where rows have no key or no window, the rows there are. */
export class TopPanel {
  readonly element: HTMLElement;
  readonly #title = el('h2', {}, TITLES.top);
  readonly #window = el('p', { class: 'when' });
  readonly #empty = el('p', { class: 'empty' }, 'No rows yet.');
  readonly #head = el('thead');
  readonly #body = el('tbody');
  readonly #table = el('table', {}, this.#head, this.#body);
  readonly #choose: (column: string) => void;

  /** @param choose called with the column to rank rows by */
  constructor(choose: (column: string) => void) {
    this.#choose = choose;
    const scroll = el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Rows' }, this.#table);
    this.element = el('section', { class: 'panel' }, this.#title, this.#window, this.#empty, scroll);
  }

  show(snapshot: Snapshot): void {
    const { view, top, kind, series } = snapshot;
    const [first] = top;
    this.#title.textContent = TITLES[kind];
    this.#empty.hidden = top.length > 0;
    this.#table.hidden = top.length === 0;
    fill(this.#window, ...(first && kind === 'top' ? windowOf(first) : []));
    fill(this.#head, this.#headRow(snapshot));
    const column = kind === 'list' ? '' : snapshot.selection.column;
    const most = Math.max(0, ...top.map((row) => Math.abs(Number(row[column]) || 0)));
    fill(
      this.#body,
      ...top.map((row, i) => {
        const share = most > 0 ? (100 * Math.abs(Number(row[column]) || 0)) / most : 0;
        const drawn = kind === 'top' && view.key.length > 0 && i < series.length;
        const key = formatKey(view.key.map(({ name }) => row[name] ?? null));
        return el(
          'tr',
          {},
          kind !== 'list' &&
            el(
              'th',
              { scope: 'row', title: key, style: `--share:${share.toFixed(1)}%` },
              el('span', { class: 'swatch', style: drawn ? `background:var(--line-${i + 1})` : undefined }),
              key,
            ),
          ...view.aggregates.map(({ name, type }) => el('td', { class: alignment(type) }, formatValue(row[name], type))),
        );
      }),
    );
  }

  #headRow({ view, kind, selection }: Snapshot): HTMLElement {
    const choices = kind === 'list' ? [] : drawable(view);
    return el(
      'tr',
      {},
      kind !== 'list' && el('th', { scope: 'col' }, view.key.map(({ name }) => name).join(' · ') || 'key'),
      ...view.aggregates.map(({ name, type }) =>
        el(
          'th',
          {
            scope: 'col',
            class: alignment(type),
            'aria-sort': name === selection.column && choices.includes(name) ? 'descending' : undefined,
          },
          choices.includes(name)
            ? el('button', { type: 'button', 'data-focus': name, title: `Rank by ${name}`, onclick: () => this.#choose(name) }, name)
            : name,
        ),
      ),
    );
  }
}

function windowOf({ window_start, window_end, final }: Row): (Node | string)[] {
  return [
    `${formatWindow(window_start, window_end)} UTC `,
    el('span', { class: final ? 'badge final' : 'badge open' }, final ? 'final' : 'open'),
  ];
}

function alignment(type: ColumnInfo['type']): string | undefined {
  return type === 'bigint' || type === 'double precision' || type === 'timestamptz' ? 'number' : undefined;
}
