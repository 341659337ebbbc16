import type { ApplicationSpec, DerivedSpec } from './spec.ts';
import type { OracleRow } from './view-fold.ts';
import type { OracleWindow } from './windows.ts';

/** A row of a derived view: its window and the values of its other columns. */
export interface DerivedRow extends OracleWindow {
  readonly values: Readonly<Record<string, unknown>>;
}

type Rows = ReadonlyMap<string, ReadonlyMap<string, OracleRow>>;

/** The rows of a derived view, from those of the views it is made of. */
export function derivedRows({ views }: ApplicationSpec, spec: DerivedSpec, rows: Rows): DerivedRow[] {
  const key = views.find(({ name }) => name === spec.of)?.key ?? [];
  const of = (view: string): OracleRow[] => [...(rows.get(view)?.values() ?? [])];
  const keyOf = ({ values }: DerivedRow): Record<string, unknown> => Object.fromEntries(key.map((column) => [column, values[column]]));
  switch (spec.kind) {
    case 'totals':
      return groups(of(spec.of), ({ start, end }) => ({ start, end, values: {} })).map(total);
    case 'rolled': {
      const { size } = spec;
      const windowOf = ({ start }: OracleRow): OracleWindow => {
        const from = Math.floor(start / size) * size;
        return { start: from, end: from + size };
      };
      return groups(of(spec.of), (row) => ({ ...windowOf(row), values: keyOf(row) })).map(total);
    }
    case 'tops':
      return groups(of(spec.of), ({ start, end }) => ({ start, end, values: {} })).flatMap(({ like: { start, end }, members }) => {
        const textOf = (row: OracleRow): string => JSON.stringify(Object.values(keyOf(row)));
        const ranked = members.sort((a, b) => Number(b.values.count) - Number(a.values.count) || (textOf(a) < textOf(b) ? -1 : 1));
        return ranked.slice(0, 2).map((row, i) => ({ start, end, values: { ...keyOf(row), n: row.values.count, place: i + 1 } }));
      });
    case 'joined': {
      const both = [...of(spec.of).map((row) => ({ side: 'a', row })), ...of(spec.with).map((row) => ({ side: 'b', row }))];
      return groups(both, ({ row: { start, end, ...row } }) => ({ start, end, values: keyOf({ start, end, ...row }) })).map((group) => {
        const n = (wanted: string): unknown => group.members.find(({ side }) => side === wanted)?.row.values.count ?? null;
        return { ...group.like, values: { ...group.like.values, a: n('a'), b: n('b') } };
      });
    }
  }
}

interface Group<T> {
  readonly like: DerivedRow;
  readonly members: T[];
}

function groups<T>(members: readonly T[], likeOf: (member: T) => DerivedRow): Group<T>[] {
  const found = new Map<string, Group<T>>();
  for (const member of members) {
    const like = likeOf(member);
    const name = JSON.stringify(like);
    const group = found.get(name) ?? { like, members: [] };
    found.set(name, group);
    group.members.push(member);
  }
  return [...found.values()];
}

function total({ like, members }: Group<OracleRow>): DerivedRow {
  const n = members.reduce((sum, { values }) => sum + Number(values.count), 0);
  return { ...like, values: { ...like.values, panes: members.length, n } };
}
