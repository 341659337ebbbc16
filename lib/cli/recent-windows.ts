import type { MillraceClient, ViewInfo, WindowInfo } from '../client/client.ts';

/** Minimum number of sessions to read, since a session can have any length. */
const LEAST_SESSIONS = 1000;

/**
 * A view's open windows and some final ones, oldest first. Among unaligned windows, older ones may be open
 * when a newer one is final. So the search starts before the newest final window, by the length of the longest window.
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
