import { isKeyWindow } from '../core/windows/key-window-spec.ts';
import { compileWindow } from '../dsl/compile-window.ts';
import { DefinitionReader } from '../dsl/definition-reader.ts';
import { Problems } from '../plan/problems.ts';
import type { Environment } from './environment.ts';
import type { Item, RowsQuery, RowsWindows } from './query.ts';
import { endPastStart, rowsWindows } from './relation-windows.ts';
import { columnBound } from './rows.ts';
import { structureText } from './structure.ts';
import type { WindowCall } from './windows.ts';

/** Windows over windowed rows: their time is the start or end of those rows' windows. */
export function cascade(query: RowsQuery, time: Item, call: WindowCall, { fail }: Environment): RowsQuery {
  const { windows } = query;
  if (query.rewindow) return fail(call.tableNode, `${call.table} already has new windows`, 'group by them first');
  if (!windows || !time.role) {
    const ends = query.items.filter(({ role }) => role !== undefined).map(({ name }) => name);
    const hint =
      ends.length > 0
        ? `its times are ${ends.join(' and ')}`
        : `${call.table} has no column with the start or end of a window: select window_start in it`;
    return fail(
      call.timeNode,
      `the time of windows over ${call.table} must be window_start or window_end of its rows, and ${call.time} is neither`,
      hint,
    );
  }
  const problems = new Problems();
  const spec = compileWindow(call.window, new DefinitionReader(problems, ''));
  const [first] = problems.found;
  if (first !== undefined) return fail(call.tableNode, first.what);
  if (isKeyWindow(spec)) {
    const name = spec.kind.toUpperCase();
    const hint = `apply ${name} to a stream; over windowed rows use TUMBLE, HOP, CUMULATE or CALENDAR`;
    return fail(call.tableNode, `${name} over windowed rows is not supported`, hint);
  }
  const read = time.bound.evaluate;
  const inner = query.items.filter(({ name }) => name !== 'window_start' && name !== 'window_end').map(({ role: _, ...item }) => item);
  const outer = (['start', 'end'] as const).map(
    (role): Item => ({
      name: `window_${role}`,
      field: `window_${role}`,
      role,
      bound: columnBound({ name: `window_${role}`, type: 'timestamptz', nullable: false }),
    }),
  );
  return {
    ...query,
    items: [...inner, ...outer],
    rewindow: {
      windows: { spec, time: (row) => read(row) as number | null, ahead: time.role === 'end' ? 0 : endPastStart(windows, spec) },
      // No function in FROM makes the global window.
      result: rowsWindows(spec) as RowsWindows,
      structure: structureText([spec, time.bound.structure]),
    },
  };
}
