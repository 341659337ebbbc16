import { type Chart, createChart, describeChart } from '../chart.ts';
import { el, fill } from '../dom.ts';
import { formatKey, formatTime, formatValue } from '../format.ts';
import type { Snapshot } from '../load.ts';
import { NO_SERIES, type Series, seriesOf } from '../series.ts';

/** The chart of the top keys, and a legend with their values where the cursor is. */
export class SeriesPanel {
  readonly element: HTMLElement;
  readonly #title = el('h2');
  readonly #host = el('div', { class: 'chart', tabindex: 0, role: 'img' });
  readonly #legend = el('ul', { class: 'legend' });
  readonly #when = el('p', { class: 'when' });
  /** the window at the keyboard cursor, for screen readers */
  readonly #spoken = el('p', { class: 'spoken', 'aria-live': 'polite' });
  readonly #chart: Chart;
  #series: Series = NO_SERIES;
  #labels: readonly string[] = [];
  #at: number | undefined;

  constructor() {
    this.#chart = createChart(this.#host, (index) => {
      this.#at = index;
      this.#showLegend();
    });
    this.#host.addEventListener('keydown', () => this.#speak());
    this.element = el('section', { class: 'panel wide' }, this.#title, this.#host, this.#when, this.#legend, this.#spoken);
  }

  show({ windows, series, selection, view }: Snapshot): void {
    this.#series = seriesOf(windows, series, selection.column);
    this.#labels = series.map(({ key }) => formatKey(key));
    this.#title.textContent = `${selection.column} ${view.key.length > 0 ? `by ${view.key.map(({ name }) => name).join(', ')}` : 'over time'}`;
    this.#chart.update(this.#series, this.#labels);
    this.#host.setAttribute(
      'aria-label',
      `${describeChart(this.#series, this.#labels, selection.column)} Arrow keys go from window to window.`,
    );
    this.#showLegend();
  }

  /** The theme has changed: colors are read anew. */
  restyle(): void {
    this.#chart.update(this.#series, this.#labels);
  }

  #showLegend(): void {
    const { times, values, open } = this.#series;
    const at = this.#index();
    const time = times[at];
    fill(
      this.#when,
      ...(time === undefined
        ? []
        : [
            `${this.#at === undefined ? 'Newest window' : 'Window'} of ${timeText(time)} UTC `,
            el('span', { class: at < open ? 'badge final' : 'badge open' }, at < open ? 'final' : 'open'),
          ]),
    );
    fill(
      this.#legend,
      ...this.#labels.map((label, i) =>
        el(
          'li',
          {},
          el('span', { class: 'swatch', style: `background:var(--line-${i + 1})` }),
          el('span', { class: 'name', title: label }, label),
          el('span', { class: 'number' }, formatValue(values[i]?.[at])),
        ),
      ),
    );
  }

  #speak(): void {
    const { times, values, open } = this.#series;
    const time = this.#at === undefined ? undefined : times[this.#at];
    const told = this.#labels.map((label, i) => `${label} ${formatValue(values[i]?.[this.#index()])}`);
    this.#spoken.textContent =
      time === undefined ? '' : `${timeText(time)} UTC, ${this.#index() < open ? 'final' : 'open'}: ${told.join(', ')}`;
  }

  /** Where the cursor is, the newest window when it is nowhere. */
  #index(): number {
    const last = this.#series.times.length - 1;
    return Math.min(this.#at ?? last, last);
  }
}

function timeText(seconds: number): string {
  return formatTime(new Date(seconds * 1000).toISOString());
}
