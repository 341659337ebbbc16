import { type Chart, colorOf, createChart, describeChart } from '../chart.ts';
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
  readonly #chart: Chart;
  #series: Series = NO_SERIES;
  #labels: readonly string[] = [];

  constructor() {
    this.#chart = createChart(this.#host, (index) => this.#showLegend(index));
    this.element = el('section', { class: 'panel wide' }, this.#title, this.#host, this.#when, this.#legend);
  }

  show({ windows, series, selection, view }: Snapshot): void {
    this.#series = seriesOf(windows, series, selection.column);
    this.#labels = series.map(({ key }) => formatKey(key));
    this.#title.textContent = `${selection.column || view.name} ${view.key.length > 0 ? `by ${view.key.map(({ name }) => name).join(', ')}` : 'over time'}`;
    this.#chart.update(this.#series, this.#labels);
    this.#host.setAttribute(
      'aria-label',
      `${describeChart(this.#series, this.#labels, selection.column)} Arrow keys go from window to window.`,
    );
    this.#showLegend(undefined);
  }

  /** The theme has changed: colors are read anew. */
  restyle(): void {
    this.#chart.update(this.#series, this.#labels);
    this.#showLegend(undefined);
  }

  #showLegend(index: number | undefined): void {
    const { times, values, open } = this.#series;
    const at = index ?? times.length - 1;
    const time = times[at];
    fill(
      this.#when,
      ...(time === undefined
        ? []
        : [
            `${index === undefined ? 'Newest window' : 'Window'} of ${formatTime(new Date(time * 1000).toISOString())} UTC `,
            el('span', { class: at < open ? 'badge final' : 'badge open' }, at < open ? 'final' : 'open'),
          ]),
    );
    fill(
      this.#legend,
      ...this.#labels.map((label, i) =>
        el(
          'li',
          {},
          el('span', { class: 'swatch', style: `background:${colorOf(i)}` }),
          el('span', { class: 'name', title: label }, label),
          el('span', { class: 'number' }, formatValue(values[i]?.[at])),
        ),
      ),
    );
  }
}
