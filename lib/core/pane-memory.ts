/** A key, its place in a map and a few small states, measured. */
const MEMORY_PER_PANE = 256;
/** A key's spans have bounds of their own, and are in a list. */
export const MEMORY_PER_KEY_OF_SPANS = 400;

/** Estimates the memory of panes, in bytes, from a sample. */
export function memoryOf(panes: ReadonlyMap<string, unknown[]>): number {
  return MEMORY_PER_PANE + panes.size * (MEMORY_PER_PANE + collectedBytes(panes));
}

/** The size of the sample. */
const SAMPLE = 9;
const MEMORY_PER_MAP_ENTRY = 40;

/** Bytes of the collections in a pane of the usual size: the median of some, since one hot key says little of the others. */
function collectedBytes(panes: ReadonlyMap<string, unknown[]>): number {
  const sizes = Array.from(panes.values().take(SAMPLE), (pane) => pane.reduce((sum: number, state) => sum + collectionsOf(state), 0));
  return sizes.sort((a, b) => a - b)[sizes.length >> 1] ?? 0;
}

/** Bytes of an accumulator's collections, as far as they are its own. */
function collectionsOf(state: unknown): number {
  if (typeof state !== 'object' || state === null) return 0;
  let bytes = collectionBytes(state);
  if (bytes === 0) for (const part of Object.values(state)) bytes += collectionBytes(part);
  return bytes;
}

function collectionBytes(value: unknown): number {
  if (value instanceof Map || value instanceof Set) return value.size * MEMORY_PER_MAP_ENTRY;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  return Array.isArray(value) ? value.length * 8 : 0;
}
