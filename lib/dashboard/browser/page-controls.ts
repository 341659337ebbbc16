import { el, fill } from './dom.ts';
import type { Snapshot } from './load.ts';
import { drawable, EVERY_CHOICES, KEY_CHOICES, type Selection, WINDOW_CHOICES } from './selection.ts';

/** What is looked at, and how often. */
export class Controls {
  readonly element: HTMLElement;
  /** the refresh interval, shown next to the pause button */
  readonly refresh: HTMLElement;
  readonly #change: (change: Partial<Selection>) => void;
  readonly #view = this.#select('view', 'View', (value) => ({ view: value, column: '' }));
  readonly #column = this.#select('column', 'Column', (value) => ({ column: value }));
  readonly #windows = this.#select('windows', 'Windows', (value) => ({ windows: Number(value) }));
  readonly #keys = this.#select('keys', 'Keys', (value) => ({ keys: Number(value) }));
  readonly #every = this.#select('every', 'Refresh', (value) => ({ every: Number(value) }));

  constructor(change: (change: Partial<Selection>) => void) {
    this.#change = change;
    const all = [this.#view, this.#column, this.#windows, this.#keys];
    this.refresh = this.#every.label;
    this.element = el('div', { class: 'controls' }, ...all.map(({ label }) => label));
  }

  /** Shows the selection and the relevant choices. */
  show({ views, view, selection, kind }: Snapshot): void {
    this.#view.choose(
      views.map(({ name }) => name),
      view.name,
    );
    const columns = drawable(view);
    this.#column.choose(columns, selection.column);
    this.#column.label.hidden = columns.length === 0 || kind === 'list';
    const drawn = kind === 'top' && columns.length > 0;
    this.#windows.choose(WINDOW_CHOICES.map(String), String(selection.windows));
    this.#windows.label.hidden = !drawn;
    this.#keys.choose(KEY_CHOICES.map(String), String(selection.keys));
    this.#keys.label.hidden = !drawn || view.key.length === 0;
    this.#every.choose(EVERY_CHOICES.map(String), String(selection.every), everyText);
  }

  #select(id: string, name: string, change: (value: string) => Partial<Selection>) {
    const select = el('select', { id, onchange: () => this.#change(change(select.value)) });
    const label = el('label', { for: id }, el('span', {}, name), select);
    const choose = (values: readonly string[], chosen: string, text = (value: string) => value): void => {
      // Filled only when the choices differ: a list that is open stays so.
      fill(select, ...values.map((value) => el('option', { value }, text(value))));
      select.value = chosen;
    };
    return { label, choose };
  }
}

function everyText(seconds: string): string {
  return Number(seconds) < 60 ? `${seconds} s` : `${Number(seconds) / 60} min`;
}
