import './style.css';
import 'uplot/dist/uPlot.min.css';
import { createClient, type MillraceClient, MillraceClientError, type ViewInfo } from '../../client/client.ts';
import { FinalRows } from './final-rows.ts';
import { askForKey, storedKey } from './key-dialog.ts';
import { load, type Snapshot } from './load.ts';
import { Page } from './page-view.ts';
import { completeSelection, formatSelection, parseSelection, type Selection } from './selection.ts';

/** Milliseconds between questions while nothing goes wrong, and at most while something does. */
const EVERY = 2000;
const LONGEST_WAIT = 30_000;

const page = new Page(document.querySelector('#app') as HTMLElement, {
  select: (change) => {
    wanted = { ...wanted, ...change };
    refresh();
  },
  pause: (now) => {
    paused = now;
    if (!now) return refresh();
    running.abort();
    clearTimeout(timer);
  },
  retry: () => refresh(),
});

let wanted: Partial<Selection> = parseSelection(location.hash);
let paused = false;
let client = clientWith(storedKey());
let views: readonly ViewInfo[] | undefined;
const finalRows = new FinalRows();
let running = new AbortController();
let timer: ReturnType<typeof setTimeout> | undefined;
let failures = 0;

addEventListener('hashchange', () => {
  wanted = parseSelection(location.hash);
  refresh();
});
// A page nobody sees asks nothing.
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && !paused) refresh();
});

refresh();

function clientWith(apiKey: string | undefined): MillraceClient {
  // Relative to the page: under a stage's path when deployed.
  return createClient({ url: new URL('.', location.href.replace(/[?#].*/, '')), retries: 0, ...(apiKey !== undefined && { apiKey }) });
}

/** Asks now, whatever was under way. */
function refresh(): void {
  running.abort();
  clearTimeout(timer);
  running = new AbortController();
  void ask(running.signal);
}

async function ask(signal: AbortSignal): Promise<void> {
  try {
    const snapshot = await current(signal);
    if (signal.aborted) return;
    failures = 0;
    page.show(snapshot);
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof MillraceClientError && (error.status === 401 || error.status === 403)) {
      client = clientWith(await askForKey(storedKey() !== undefined));
      refresh();
      return;
    }
    failures++;
    page.fail(error, waitAfter(failures));
  }
  if (!paused && !document.hidden) timer = setTimeout(refresh, failures === 0 ? EVERY : waitAfter(failures));
}

async function current(signal: AbortSignal): Promise<Snapshot | 'no views'> {
  views ??= await client.views({ signal });
  const selection = completeSelection(wanted, views);
  if (!selection) return 'no views';
  wanted = selection;
  history.replaceState(null, '', formatSelection(selection));
  return load(client, finalRows, views, selection, signal);
}

function waitAfter(times: number): number {
  return Math.min(LONGEST_WAIT, EVERY * 2 ** (times - 1));
}
