import { describe, expect, it } from 'vitest';
import type { ScopeColumn } from '../../../lib/sql/expression/types.ts';
import { bindSql, scopeOf } from '../../support/expressions.ts';

const column = (qualifier: string, name: string): ScopeColumn => ({
  name,
  qualifier,
  type: 'bigint',
  nullable: true,
  read: (row) => row[`${qualifier}_${name}`],
});
const scope = scopeOf({}, { columns: [column('l', 'page'), column('l', 'views'), column('r', 'page')] });

describe('a column', () => {
  it('is found by its name, with or without its table', () => {
    expect(bindSql('views', scope).evaluate({ l_views: 3 })).toBe(3);
    expect(bindSql('r.page', scope).evaluate({ l_page: 1, r_page: 2 })).toBe(2);
    expect(bindSql('l.views', scope).structure).toBe(bindSql('views', scope).structure);
    expect(bindSql('l.page', scope).structure).not.toBe(bindSql('r.page', scope).structure);
  });

  it('that a row lacks is NULL', () => {
    expect(bindSql('views', scope).evaluate({})).toBeNull();
  });

  it.each([
    ['page', 'column reference "page" is ambiguous; write l.page or r.page'],
    ['veiws', 'column "veiws" does not exist; did you mean "views"?'],
    ['r.views', 'column "r.views" does not exist; there are: page'],
    ['ll.page', 'there is no table "ll" in FROM; did you mean "l"?'],
    ['x.l.page', 'x.l.page has too many parts; write table.column'],
  ])('%s is refused: %s', (sql, message) => {
    expect(() => bindSql(sql, scope)).toThrow(message);
  });

  it('gives way to what the caller puts in its place', () => {
    const replaced = scopeOf(
      {},
      { resolve: (node) => ('ColumnRef' in node ? { type: 'text', nullable: false, structure: 'x', evaluate: () => 'here' } : undefined) },
    );
    expect(bindSql('anything IS NULL', replaced).evaluate({})).toBe(false);
  });
});
