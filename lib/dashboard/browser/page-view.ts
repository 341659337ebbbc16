import { MillraceClientError } from '../../client/client.ts';
import { el, fill } from './dom.ts';
import { formatTime } from './format.ts';
import type { Snapshot } from './load.ts';
import { KeptPanel } from './panels/kept-panel.ts';
import { SeriesPanel } from './panels/series-panel.ts';
import { ShardsPanel } from './panels/shards-panel.ts';
import { TopPanel } from './panels/top-panel.ts';
import { drawable, KEY_CHOICES, type Selection, WINDOW_CHOICES } from './selection.ts';
import { applyTheme, isDark, toggleTheme } from './theme.ts';

/** What a person does on the page. */
interface Actions {
  readonly select: (change: Partial<Selection>) => void;
  readonly pause: (paused: boolean) => void;
  readonly retry: () => void;
}

/** The page's frame: what is chosen, what is wrong, and the panels. */
export class Page {
  readonly #actions: Actions;
  readonly #application = el('span', { class: 'application' });
  readonly #view = this.#select('view', 'View', (value) => ({ view: value, column: '' }));
  readonly #column = this.#select('column', 'Column', (value) => ({ column: value }));
  readonly #windows = this.#select('windows', 'Windows', (value) => ({ windows: Number(value) }));
  readonly #keys = this.#select('keys', 'Keys', (value) => ({ keys: Number(value) }));
  readonly #alert = el('div', { class: 'alert', role: 'alert', hidden: true });
  readonly #status = el('p', { class: 'status' });
  readonly #pause = el('button', { type: 'button', 'aria-pressed': 'false', onclick: () => this.#togglePause() }, 'Pause');
  readonly #theme = el('button', { type: 'button', onclick: () => this.#toggleTheme() });
  readonly #first = el('section', { class: 'panel wide first', hidden: true });
  readonly #series = new SeriesPanel();
  readonly #top = new TopPanel();
  readonly #shards = new ShardsPanel();
  readonly #kept = new KeptPanel();
  #paused = false;

  constructor(host: HTMLElement, actions: Actions) {
    this.#actions = actions;
    applyTheme(() => this.#restyle());
    this.#nameTheme();
    host.replaceChildren(
      el(
        'header',
        {},
        el('h1', {}, 'Millrace', this.#application),
        el('div', { class: 'controls' }, this.#view.label, this.#column.label, this.#windows.label, this.#keys.label),
        el('div', { class: 'buttons' }, this.#pause, this.#theme),
      ),
      this.#alert,
      el('main', {}, this.#first, this.#series.element, this.#top.element, this.#shards.element, this.#kept.element),
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
    const { views, view, selection, health, readUnits } = snapshot;
    document.title = `${health.application} · ${view.name} · Millrace`;
    this.#application.textContent = health.application;
    this.#view.choose(
      views.map(({ name }) => name),
      view.name,
    );
    this.#column.choose(drawable(view), selection.column);
    this.#windows.choose(WINDOW_CHOICES.map(String), String(selection.windows));
    this.#keys.choose(KEY_CHOICES.map(String), String(selection.keys));
    this.#keys.label.hidden = view.key.length === 0;
    this.#showFirst(snapshot);
    // A running result has no windows to draw.
    this.#series.element.hidden = snapshot.windows.length === 0 && snapshot.top.length > 0;
    this.#series.show(snapshot);
    this.#top.show(snapshot);
    this.#shards.show(snapshot);
    this.#kept.show(snapshot);
    const costs = `${readUnits.toLocaleString('en', { maximumFractionDigits: 1 })} read units`;
    this.#status.textContent = `${this.#paused ? 'Paused' : 'Live'} · as of ${formatTime(health.now)} UTC · ${costs} a refresh`;
  }

  /** @param again milliseconds until it is tried again */
  fail(error: unknown, again: number): void {
    this.#alert.hidden = false;
    const when = this.#paused ? '' : ` Trying again in ${Math.round(again / 1000)} s.`;
    fill(this.#alert, `${explain(error)}${when} `, el('button', { type: 'button', onclick: () => this.#actions.retry() }, 'Try now'));
  }

  /** What to do when nothing has come yet. */
  #showFirst({ windows, top, view, health }: Snapshot): void {
    const events = health.streams.reduce((sum, { shards }) => sum + shards.reduce((all, shard) => all + shard.events, 0), 0);
    this.#first.hidden = windows.length > 0 || top.length > 0;
    if (this.#first.hidden) return;
    const stream = 'stream' in view ? view.stream : health.streams[0]?.stream;
    fill(
      this.#first,
      el('h2', {}, events === 0 ? 'Nothing has come yet' : 'No rows yet'),
      el(
        'p',
        {},
        events === 0
          ? `Put the first record into the stream “${stream}”: its row is here with the next batch.`
          : `${events} events were taken, and none of them has a window here: they were filtered, late or dead. “millrace why” tells what becomes of an event.`,
      ),
      el(
        'pre',
        {},
        `aws kinesis put-record --stream-name ${stream} --partition-key 1 \\\n  --cli-binary-format raw-in-base64-out --data '{…}'`,
      ),
    );
  }

  #select(id: string, name: string, change: (value: string) => Partial<Selection>) {
    const select = el('select', { id, onchange: () => this.#actions.select(change(select.value)) });
    const label = el('label', { for: id }, el('span', {}, name), select);
    const choose = (values: readonly string[], chosen: string): void => {
      if (document.activeElement === select && select.options.length === values.length) return;
      fill(select, ...values.map((value) => el('option', { value }, value)));
      select.value = chosen;
    };
    return { label, choose };
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
  if (!(error instanceof MillraceClientError)) return 'The API does not answer.';
  if (error.status === 429) return 'The API refuses more questions for the moment (429).';
  return error.problem ? `${error.problem.title}: ${error.message}` : error.message;
}
