/** What is looked at. It is in the URL's fragment, so that it can be shared. */
export interface Selection {
  readonly view: string;
  /** the column that is drawn, and by which keys are ranked */
  readonly column: string;
  /** how many windows back */
  readonly windows: number;
  /** how many keys are drawn */
  readonly keys: number;
  /** seconds between requests */
  readonly every: number;
}

export const WINDOW_CHOICES = [15, 30, 60, 120, 300] as const;
export const KEY_CHOICES = [1, 3, 5, 8] as const;
export const EVERY_CHOICES = [2, 10, 60] as const;

/** Reads the URL's fragment; missing and invalid parts are left out. */
export function parseSelection(fragment: string): Partial<Selection> {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  const choice = (name: string, choices: readonly number[]): number | undefined => choices.find((n) => String(n) === given.get(name));
  const found = {
    view: given.get('view') ?? undefined,
    column: given.get('column') ?? undefined,
    windows: choice('windows', WINDOW_CHOICES),
    keys: choice('keys', KEY_CHOICES),
    every: choice('every', EVERY_CHOICES),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Partial<Selection>;
}

/** Writes the URL's fragment. */
export function formatSelection({ view, column, windows, keys, every }: Selection): string {
  return `#${new URLSearchParams({ view, column, windows: String(windows), keys: String(keys), every: String(every) })}`;
}

interface View {
  readonly name: string;
  readonly aggregates: readonly { readonly name: string; readonly type: string }[];
}

/** The columns of a view that can be drawn. */
export function drawable(view: View): string[] {
  return view.aggregates.filter(({ type }) => type === 'bigint' || type === 'double precision').map(({ name }) => name);
}

/** Whether an address is on this machine, where requests cost nothing. */
export function isLocal(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

/**
 * Completes a selection with defaults from the available views.
 *
 * @param local see {@link isLocal}: elsewhere, requests are less frequent
 */
export function completeSelection(given: Partial<Selection>, views: readonly View[], local: boolean): Selection | undefined {
  const view = views.find(({ name }) => name === given.view) ?? views[0];
  if (!view) return undefined;
  const columns = drawable(view);
  const column = columns.find((name) => name === given.column) ?? columns[0] ?? '';
  return { view: view.name, column, windows: given.windows ?? 60, keys: given.keys ?? 5, every: given.every ?? (local ? 2 : 10) };
}
