/** An event of the click stream. */
export interface Click {
  readonly page: string;
  readonly user_id: string;
  readonly ms: number | null;
  readonly at: string;
}

const MINUTE = 60_000;
/** How many clicks a minute has. */
const PER_MINUTE = 120;
/** The n-th click is of page n² mod 7, which is 0, 1, 2 or 4: the home page twice as rarely as others, one that no view counts. */
const PAGES = ['/', '/search', '/cart', '', '/health'];

/**
 * Clicks of whole minutes, in order, two a second: the n-th is by the n-th user of 40, in a page that follows from n as well.
 *
 * @param start milliseconds since 1970, a whole minute
 */
export function clicksOf(start: number, minutes: number): Click[] {
  return Array.from({ length: minutes * PER_MINUTE }, (_, n) => ({
    page: PAGES[(n * n) % 7] as string,
    user_id: `user-${n % 40}`,
    ms: n % 9 === 0 ? null : (n * 37) % 2000,
    at: new Date(start + n * (MINUTE / PER_MINUTE)).toISOString(),
  }));
}

/** The last whole minute that began at least so many minutes ago. */
export function minutesAgo(minutes: number): number {
  return Math.floor(Date.now() / MINUTE - minutes) * MINUTE;
}
