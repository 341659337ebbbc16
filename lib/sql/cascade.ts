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

/** Windows over rows that have windows of their own: their time is one end of those. */
export function cascade(query: RowsQuery, time: Item, call: WindowCall, { fail }: Environment): RowsQuery {
  const { windows } = query;
  if (query.rewindow) return fail(call.tableNode, `${call.table} has new windows already`, 'group by them first');
  if (!windows || !time.role) {
    const ends = query.items.filter(({ role }) => role !== undefined).map(({ name }) => name);
    const hint =
      ends.length > 0
        ? `its times are ${ends.join(' and ')}`
        : `${call.table} has no windows whose ends could be a time: select window_start in it`;
    return fail(
      call.timeNode,
      `windows over ${call.table} go by the window each of its rows is in, and ${call.time} is no end of that`,
      hint,
    );
  }
  const problems = new Problems();
  const spec = compileWindow(call.window, new DefinitionReader(problems, ''));
  const [first] = problems.found;
  if (first !== undefined) return fail(call.tableNode, first.what);
  if (isKeyWindow(spec)) {
    const name = spec.kind.toUpperCase();
    const hint = `put ${name} around a stream; around rows of windows go TUMBLE, HOP, CUMULATE and CALENDAR`;
    return fail(call.tableNode, `${name} over rows that have windows is not supported`, hint);
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
      // No function in FROM makes the window of all time.
      result: rowsWindows(spec) as RowsWindows,
      structure: structureText([spec, time.bound.structure]),
    },
  };
}
