/** The values of this page if the browser blocks storage: kept until the page is closed. */
const instead = new Map<string, string>();

/**
 * The stored text of a name; `undefined`: there is none.
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

/** Stores a text under a name, for the lifetime of the storage. */
export function remember(area: () => Storage, name: string, text: string): void {
  try {
    area().setItem(name, text);
  } catch {
    instead.set(name, text);
  }
}
