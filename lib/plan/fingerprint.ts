import { createHash } from 'node:crypto';
import type { ColumnType } from '../core/column.ts';
import type { WindowSpec } from '../core/window.ts';

/** What a view's stored state depends on: change any of it and old state cannot be gone on with. */
export interface ViewStructure {
  readonly stream: string;
  readonly key: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly window: WindowSpec;
  /** windows of arrival time */
  readonly arrival?: boolean;
  readonly allowedLateness: number;
  readonly aggregates: readonly AggregateStructure[];
  /** `filter` or `map`, in order: their functions cannot be compared */
  readonly transforms: readonly string[];
  /** the user's own, for changes that cannot be seen */
  readonly version: string;
}

export interface AggregateStructure {
  readonly name: string;
  /** the accumulator's name, parameters included */
  readonly accumulator: string;
  /** the columns it takes */
  readonly columns: readonly string[];
  /** how many filters are in front of it */
  readonly filters: number;
}

/**
 * A digest of a view's structure, the same for the same structure whatever the order in which its parts were written down.
 *
 * @returns 32 hexadecimal digits (the first half of a SHA-256)
 * @example
 * ```ts
 * fingerprint({ stream: 'clicks', key: [], window, allowedLateness: 0, aggregates: [], transforms: [], version: '' });
 * ```
 */
export function fingerprint(view: ViewStructure): string {
  const parts = [
    view.stream,
    view.key.map(({ name, type }) => [name, type]),
    windowParts(view.window),
    view.allowedLateness,
    view.aggregates.map(({ name, accumulator, columns, filters }) => [name, accumulator, columns, filters]),
    view.transforms,
    view.version,
    // Only where it is so: what was stored before there was a choice stays what it is.
    ...(view.arrival ? ['arrival'] : []),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

function windowParts(window: WindowSpec): readonly (string | number)[] {
  switch (window.kind) {
    case 'calendar':
      return [window.kind, window.unit, window.timeZone, ...(window.offset === undefined ? [] : [window.offset])];
    case 'global':
      return [window.kind];
    case 'session':
      return [window.kind, window.gap];
    case 'stagger':
      return [window.kind, window.size];
    default:
      return [window.kind, window.size, window.slide, window.offset];
  }
}
