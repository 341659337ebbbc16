import type { Health } from '../../../client/client.ts';
import { el, fill } from '../dom.ts';
import { formatClock, formatLength, formatValue } from '../format.ts';
import type { Snapshot } from '../load.ts';
import { finalThrough, statsOf } from '../stats.ts';

/** How far back events a second are counted from, in milliseconds: batches come in bursts. */
const RATE_OVER = 20_000;

/** The streams of the chosen view in a few numbers. */
export class StatsPanel {
  readonly element = el('dl', { class: 'panel wide stats' });
  #before: readonly Health[] = [];

  show({ health, view, windows, kind }: Snapshot): void {
    const since = Date.parse(health.now) - RATE_OVER;
    this.#before = this.#before.filter(({ now }) => Date.parse(now) >= since);
    const { events, rate, lag, late, dead } = statsOf(health, view, this.#before[0]);
    this.#before = [...this.#before, health];
    const through = finalThrough(windows);
    fill(
      this.element,
      stat('Events', formatValue(events)),
      stat('Events/s', rate === undefined ? '–' : rate.toFixed(1)),
      stat('Watermark lag', lag === undefined ? '–' : formatLength(lag)),
      kind === 'top' && stat('Final through', through === undefined ? '–' : formatClock(through, health.now)),
      stat('Late', formatValue(late), late > 0 ? 'warn' : undefined),
      stat('Dead letters', formatValue(dead), dead > 0 ? 'bad' : undefined),
    );
  }
}

function stat(name: string, value: string, className?: string): HTMLElement {
  return el('div', {}, el('dt', {}, name), el('dd', { class: className }, value));
}
