import type { ViewSpec } from '../oracle/spec.ts';
import { paneName } from '../oracle/view-fold.ts';
import type { OracleWindow } from '../oracle/windows.ts';

/** A row as a reader gave it, with the pane it is of. */
export interface SeenPane {
  readonly name: string;
  readonly window: OracleWindow;
  readonly key: readonly string[];
  readonly ids: readonly number[];
  readonly final: boolean;
  /** its columns without the key, the window and `final`; ids in order */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Reads a row. */
export function paneOf(view: ViewSpec, row: Readonly<Record<string, unknown>>): SeenPane {
  const { window_start: start, window_end: end, final, ids, ...values } = row;
  const window =
    view.window.kind === 'global'
      ? { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }
      : { start: Date.parse(String(start)), end: Date.parse(String(end)) };
  const key = view.key.map((column) => String(values[column]));
  const sorted = [...((ids as number[] | null) ?? [])].sort((a, b) => a - b);
  return { name: paneName(window, key), window, key, ids: sorted, final: final === true, values: { ...values, ids: sorted } };
}

/** Whether all of a list of numbers are in another, as often as they are in it. */
export function holdsAll(whole: readonly number[], part: readonly number[]): boolean {
  const left = new Map<number, number>();
  for (const id of whole) left.set(id, (left.get(id) ?? 0) + 1);
  return part.every((id) => {
    const count = left.get(id) ?? 0;
    left.set(id, count - 1);
    return count > 0;
  });
}
