import { createHash } from 'node:crypto';
import type { ColumnType } from '../core/column.ts';
import type { DedupeSpec } from '../core/view.ts';
import type { WindowSpec } from '../core/window.ts';

/** What a view's stored state depends on. If any of it changes, the old state cannot be used. */
export interface ViewStructure {
  readonly stream: string;
  readonly key: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly window: WindowSpec;
  /** whether windows use arrival time */
  readonly arrival?: boolean;
  /** how the stream's duplicates are left out, which decides what is counted */
  readonly dedupe?: Pick<DedupeSpec, 'partitionKey' | 'by' | 'within'>;
  readonly allowedLateness: number;
  readonly aggregates: readonly AggregateStructure[];
  /** `filter` or `map`, in order; their functions cannot be compared */
  readonly transforms: readonly string[];
  /** set by the user, for changes that cannot be detected */
  readonly version: string;
}

export interface AggregateStructure {
  readonly name: string;
  /** the accumulator's name with parameters */
  readonly accumulator: string;
  /** its argument columns */
  readonly columns: readonly string[];
  /** the number of filters before it */
  readonly filters: number;
}

/**
 * A digest of a view's structure. It does not depend on the order of properties.
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
    // Set only if true, so that fingerprints from before this option existed stay the same.
    ...(view.arrival ? ['arrival'] : []),
    ...(view.dedupe ? [['dedupe', view.dedupe.partitionKey, view.dedupe.by, view.dedupe.within]] : []),
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
