import { MillraceClientError } from '../../client/client.ts';
import { el, fill } from './dom.ts';
import { formatTime } from './format.ts';
import type { Snapshot } from './load.ts';
import { Controls } from './page-controls.ts';
import { FirstPanel } from './panels/first-panel.ts';
import { deadPanel, latePanel } from './panels/kept-panel.ts';
import { SeriesPanel } from './panels/series-panel.ts';
import { ShardsPanel } from './panels/shards-panel.ts';
import { StatsPanel } from './panels/stats-panel.ts';
import { TopPanel } from './panels/top-panel.ts';
import type { Selection } from './selection.ts';
import { applyTheme, isDark, toggleTheme } from './theme.ts';

/** The user's actions on the page. */
interface Actions {
  readonly select: (change: Partial<Selection>) => void;
  readonly pause: (paused: boolean) => void;
  readonly retry: () => void;
}

/** The page's frame: what is chosen, what is wrong, and the panels. */
export class Page {
  readonly #actions: Actions;
  readonly #application = el('span', { class: 'application' });
  readonly #controls: Controls;
  readonly #alert = el('div', { class: 'alert', role: 'alert', hidden: true });
  readonly #status = el('p', { class: 'status' });
  readonly #pause = el('button', { type: 'button', 'aria-pressed': 'false', onclick: () => this.#togglePause() }, 'Pause');
  readonly #theme = el('button', { type: 'button', onclick: () => this.#toggleTheme() });
  readonly #first = new FirstPanel();
  readonly #stats = new StatsPanel();
  readonly #series = new SeriesPanel();
  readonly #top: TopPanel;
  readonly #shards = new ShardsPanel();
  readonly #late = latePanel();
  readonly #dead = deadPanel();
  readonly #main: HTMLElement;
  #paused = false;

  constructor(host: HTMLElement, actions: Actions) {
    this.#actions = actions;
    this.#controls = new Controls(actions.select);
    this.#top = new TopPanel((column) => actions.select({ column }));
    applyTheme(() => this.#restyle());
    this.#nameTheme();
    const side = el('div', { class: 'side' }, this.#shards.element, this.#late.element, this.#dead.element);
    // Nothing is shown before there is something to show.
    this.#main = el('main', { hidden: true }, this.#first.element, this.#stats.element, this.#series.element, this.#top.element, side);
    host.replaceChildren(
      el(
        'header',
        {},
        el('h1', {}, 'Millrace', this.#application),
        this.#controls.element,
        el('div', { class: 'buttons' }, this.#controls.refresh, this.#pause, this.#theme),
      ),
      this.#alert,
      this.#main,
      el('footer', {}, this.#status),
    );
  }

  show(snapshot: Snapshot | 'no views'): void {
    this.#alert.hidden = true;
    if (snapshot === 'no views') {
      this.#alert.hidden = false;
      fill(this.#alert, 'This application has no views.');
      return;
    }
    const { view, selection, health, readUnits, kind } = snapshot;
    document.title = `${health.application} · ${view.name} · Millrace`;
    this.#application.textContent = health.application;
    this.#main.hidden = false;
    this.#controls.show(snapshot);
    this.#first.show(snapshot);
    this.#stats.show(snapshot);
    this.#series.element.hidden = kind !== 'top' || selection.column === '' || snapshot.top.length === 0;
    if (!this.#series.element.hidden) this.#series.show(snapshot);
    this.#top.show(snapshot);
    this.#shards.show(snapshot);
    this.#late.show(snapshot.late, health.now);
    this.#dead.show(snapshot.dead, health.now);
    const costs = `${readUnits.toLocaleString('en', { maximumFractionDigits: 1 })} read units`;
    this.#status.textContent = `${this.#paused ? 'Paused' : 'Live'} · as of ${formatTime(health.now)} UTC · ${costs} a refresh`;
  }

  /** @param again milliseconds until it is tried again */
  fail(error: unknown, again: number): void {
    this.#alert.hidden = false;
    const when = this.#paused ? '' : ` Trying again in ${Math.round(again / 1000)} s.`;
    const now = el('button', { type: 'button', 'data-focus': 'now', onclick: () => this.#actions.retry() }, 'Try now');
    fill(this.#alert, `${explain(error)}${when} `, now);
  }

  #togglePause(): void {
    this.#paused = !this.#paused;
    this.#pause.setAttribute('aria-pressed', String(this.#paused));
    this.#pause.textContent = this.#paused ? 'Resume' : 'Pause';
    this.#status.textContent = this.#status.textContent?.replace(/^(Live|Paused)/, this.#paused ? 'Paused' : 'Live') ?? '';
    this.#actions.pause(this.#paused);
  }

  #toggleTheme(): void {
    toggleTheme();
    this.#restyle();
  }

  #restyle(): void {
    this.#nameTheme();
    this.#series.restyle();
  }

  #nameTheme(): void {
    this.#theme.textContent = isDark() ? 'Light' : 'Dark';
    this.#theme.setAttribute('aria-label', `Show the page ${isDark() ? 'light' : 'dark'}`);
  }
}

function explain(error: unknown): string {
  if (error instanceof SyntaxError) return 'The answer is not from the API.';
  if (!(error instanceof MillraceClientError)) return 'The API does not answer.';
  if (error.status === 429) return 'The API throttles requests at the moment (429).';
  return error.problem ? `${error.problem.title}: ${error.message}` : error.message;
}
