import { describe, expect, it } from 'vitest';
import { bindSql, scopeOf } from '../../support/expressions.ts';

const scope = scopeOf(
  {},
  {
    columns: [
      { name: 'page', qualifier: 'l' },
      { name: 'views', qualifier: 'l' },
      { name: 'page', qualifier: 'r' },
    ],
  },
);

describe('a column', () => {
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
