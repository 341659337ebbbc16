import * as stored from '../../lib/core/stored.ts';
import { application, compile, sql } from '../../lib/index.ts';

/** The constants of `lib/core/stored.ts`; its functions are told by what they give for some texts. */
export const definedConstants = {
  ...Object.fromEntries(Object.entries(stored).filter(([, value]) => typeof value !== 'function')),
  FORMAT: stored.FORMAT,
  hashKey: ['', 'a', 'ü', '\0["/a",1]', 'a longer key'].map(stored.hashKey),
  hashValue: ['', 'a', 'ü', 'a longer text'].map((text, kind) => stored.hashValue(kind, text)),
} as const;

/** Views of every kind and with everything that tells them apart: their stored states are found by these digests. */
const SQL = `
CREATE TABLE clicks (page text NOT NULL, visitor text, price double precision, n bigint, at timestamptz NOT NULL)
WITH (event_time = 'at', max_out_of_orderness = '5 seconds');
CREATE MATERIALIZED VIEW tumbling AS
  SELECT page, window_start, count(*) AS views, avg(price) AS price, max(price) AS most, approx_quantile(price, 0.5) AS middle
  FROM TUMBLE(TABLE clicks, DESCRIPTOR(at), INTERVAL '1' MINUTE) GROUP BY page, window_start, window_end;
CREATE MATERIALIZED VIEW hopping AS
  SELECT page, window_start, count(DISTINCT visitor) AS visitors
  FROM HOP(TABLE clicks, DESCRIPTOR(at), INTERVAL '1' MINUTE, INTERVAL '5' MINUTE) GROUP BY page, window_start, window_end;
CREATE MATERIALIZED VIEW cumulate AS
  SELECT page, window_start, sum(n) AS total FROM CUMULATE(TABLE clicks, DESCRIPTOR(at), INTERVAL '1' MINUTE, INTERVAL '5' MINUTE)
  GROUP BY page, window_start, window_end;
CREATE MATERIALIZED VIEW sessions AS
  SELECT page, visitor, window_start, first(price) AS price FROM SESSION(TABLE clicks, DESCRIPTOR(at), INTERVAL '30' MINUTE)
  GROUP BY page, visitor, window_start, window_end;
CREATE MATERIALIZED VIEW always AS SELECT page, array_agg(n ORDER BY price DESC) AS ns FROM clicks GROUP BY page;
CREATE MATERIALIZED VIEW few AS SELECT page, price FROM clicks WHERE n > 10;
`;

/** The digests by view. */
export async function fingerprints(): Promise<Record<string, string>> {
  const { views } = await compile(application('frozen', { sql: sql(SQL) }));
  return Object.fromEntries(views.map(({ name, fingerprint }) => [name, fingerprint]));
}
