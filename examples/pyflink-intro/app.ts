/** PyFlink's introductory example: a collection of pairs, a function of two results, and a SELECT that calls it. */
import { application, scalar, sql } from '../../lib/index.ts';

/** What `@udtf` or a `ROW` result type is there. */
export const processFunction = scalar(['bigint', 'bigint'], { sum: 'bigint', product: 'bigint' }, (x, y) => ({
  sum: x + y,
  product: x * y,
}));

export default application('pyflink-intro', {
  sql: sql(
    `
    CREATE TABLE data_source (x bigint NOT NULL, y bigint NOT NULL);

    CREATE MATERIALIZED VIEW results AS SELECT process_function(x, y) FROM data_source;

    CREATE MATERIALIZED VIEW result_columns AS SELECT x, y, (process_function(x, y)).* FROM data_source;
    `,
    { functions: { process_function: processFunction }, name: 'examples/pyflink-intro' },
  ),
});
