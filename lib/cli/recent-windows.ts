import type { MillraceClient, ViewInfo, WindowInfo } from '../client/client.ts';

/** Sessions that are looked at, at least: one may be of any length. */
const LEAST_SESSIONS = 1000;

/**
 * A view's open windows and some that are final, oldest first. Of windows that come from a key's own events, older ones may be open
 * when one is final: so it looks back from the newest final one by the longest there is.
 */
export async function recentWindows(client: MillraceClient, view: ViewInfo, signal: AbortSignal): Promise<WindowInfo[]> {
  const windows: WindowInfo[] = [];
  const least = 'window' in view && view.window.kind === 'session' ? LEAST_SESSIONS : 0;
  let newestFinal: number | undefined;
  let longest = 0;
  for await (const window of client.windows(view.name, { order: 'desc', pageSize: 100, signal })) {
    windows.push(window);
    const start = Date.parse(window.start);
    longest = Math.max(longest, Date.parse(window.end) - start);
    if (!window.final) continue;
    newestFinal ??= start;
    if (start < newestFinal - longest && windows.length >= least) break;
  }
  return windows.reverse();
}
