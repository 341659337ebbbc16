/** What this page remembers where the browser lets it not: until it is closed. */
const instead = new Map<string, string>();

/**
 * What was remembered under a name; `undefined`: nothing.
 *
 * @param area gives the browser's storage; even naming it throws where cookies are blocked
 */
export function recall(area: () => Storage, name: string): string | undefined {
  try {
    return area().getItem(name) ?? undefined;
  } catch {
    return instead.get(name);
  }
}

/** Remembers a text under a name, for as long as the storage lasts. */
export function remember(area: () => Storage, name: string, text: string): void {
  try {
    area().setItem(name, text);
  } catch {
    instead.set(name, text);
  }
}
