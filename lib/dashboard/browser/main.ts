import './style.css';
import 'uplot/dist/uPlot.min.css';
import { createClient, type MillraceClient, MillraceClientError, type ViewInfo } from '../../client/client.ts';
import { baseUrl } from './base-url.ts';
import { FinalRows } from './final-rows.ts';
import { askForKey, storedKey } from './key-dialog.ts';
import { load, type Snapshot } from './load.ts';
import { Page } from './page-view.ts';
import { completeSelection, formatSelection, isLocal, parseSelection, type Selection } from './selection.ts';

/** Milliseconds between attempts after the first that failed, and at most. */
const FIRST_WAIT = 2000;
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
let asking = false;
let client = clientWith(storedKey());
let views: readonly ViewInfo[] | undefined;
let finalRows = new FinalRows();
let running = new AbortController();
let timer: ReturnType<typeof setTimeout> | undefined;
let failures = 0;

addEventListener('hashchange', () => {
  wanted = parseSelection(location.hash);
  refresh();
});
// A hidden page sends no requests.
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && !paused) refresh();
});

refresh();

function clientWith(apiKey: string | undefined): MillraceClient {
  return createClient({ url: baseUrl(location.href), retries: 0, ...(apiKey !== undefined && { apiKey }) });
}

/** Reads now and cancels a request in progress, except while the page asks for the API key. */
function refresh(): void {
  running.abort();
  clearTimeout(timer);
  running = new AbortController();
  if (!asking) void ask(running.signal);
}

async function ask(signal: AbortSignal): Promise<void> {
  const snapshot = await current(signal).catch((error: unknown) => (signal.aborted ? undefined : failed(error)));
  if (signal.aborted || snapshot === undefined) return;
  failures = 0;
  schedule(snapshot === 'no views' ? LONGEST_WAIT : snapshot.selection.every * 1000);
  page.show(snapshot);
}

async function current(signal: AbortSignal): Promise<Snapshot | 'no views'> {
  views ??= await client.views({ signal });
  const selection = completeSelection(wanted, views, isLocal(location.hostname));
  if (!selection) return 'no views';
  wanted = selection;
  history.replaceState(null, '', formatSelection(selection));
  return load(client, finalRows, views, selection, signal);
}

async function failed(error: unknown): Promise<undefined> {
  if (error instanceof MillraceClientError && (error.status === 401 || error.status === 403)) {
    asking = true;
    client = clientWith(await askForKey(storedKey() !== undefined));
    asking = false;
    refresh();
    return;
  }
  // After an error, another deployment may respond.
  views = undefined;
  finalRows = new FinalRows();
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures++);
  page.fail(error, wait);
  schedule(wait);
}

function schedule(wait: number): void {
  if (!paused && !document.hidden) timer = setTimeout(refresh, wait);
}
