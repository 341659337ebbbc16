import type { Reader } from '../../../runtime/read/reader.ts';
import { derivedRows } from '../oracle/derived.ts';
import type { Folded } from '../oracle/fold.ts';
import { ofKeys } from '../oracle/key-windows.ts';
import type { ApplicationSpec } from '../oracle/spec.ts';
import { readDerived, rowName } from './derived-client.ts';
import { difference } from './difference.ts';
import type { Finals } from './finals.ts';
import type { Violations } from './violations.ts';

/** Page size: small, so that answers have several pages. */
const PAGE = 20;

/** The first row of a derived view that is not final; nothing when all are. Windows over windows of any length are never known to be over. */
export async function notFinal(reader: Reader, { views, derived }: ApplicationSpec): Promise<string | undefined> {
  const known = derived.filter(({ kind, of }) => kind !== 'rolled' || !views.some(({ name, window }) => name === of && ofKeys(window)));
  for (const { name } of known) {
    const row = (await readDerived(reader, name, {})).rows.find(({ final }) => !final);
    if (row) return `${name} ${JSON.stringify(row)} is not final`;
  }
  return undefined;
}

/** Compares all rows of derived views with those derived from the fold, after everything has settled. */
export async function checkDerived(
  reader: Reader,
  spec: ApplicationSpec,
  folded: Folded,
  { violations, finals }: { readonly violations: Violations; readonly finals: Finals },
): Promise<void> {
  for (const view of spec.derived) {
    const wanted = derivedRows(spec, view, folded.rows).map(({ start, end, values }) => textOf(start, end, values));
    for (const order of ['asc', 'desc'] as const) {
      const { rows } = await readDerived(reader, view.name, { limit: PAGE, order });
      const told = rows.map(({ window_start: start, window_end: end, final: _, ...values }) =>
        textOf(Date.parse(String(start)), Date.parse(String(end)), values),
      );
      if (told.toSorted().join() !== wanted.toSorted().join())
        violations.add('derived rows', `${view.name}, ${order}: ${difference(told, wanted)}`);
      for (const row of rows) if (row.final) finals.see('at the end', view.name, rowName(view, row), row);
      finals.checkThere(view.name, new Set(rows.map((row) => rowName(view, row))));
    }
  }
}

function textOf(start: number, end: number, values: Readonly<Record<string, unknown>>): string {
  return `${start}/${end} ${JSON.stringify(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)))}`;
}
