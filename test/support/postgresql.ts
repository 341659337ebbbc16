import { PGlite } from '@electric-sql/pglite';

/** What PostgreSQL makes of an expression for one row: its text and type, or its error. */
export type Answer = { readonly text: string | null; readonly type: string } | { readonly error: string };

/** A real PostgreSQL, with a table of values to compute expressions over. */
export class PostgreSql {
  readonly #database: PGlite;
  readonly #rows: number;

  private constructor(database: PGlite, rows: number) {
    this.#database = database;
    this.#rows = rows;
  }

  /**
   * @param columns declarations of columns, as in CREATE TABLE
   * @param rows their values, as SQL literals
   */
  static async start(columns: string, rows: readonly (readonly string[])[]): Promise<PostgreSql> {
    const database = await PGlite.create();
    const values = rows.map((row, index) => `(${[index, ...row].join(', ')})`).join(', ');
    await database.exec(`SET timezone = 'UTC'; CREATE TABLE sample (id int PRIMARY KEY, ${columns}); INSERT INTO sample VALUES ${values};`);
    return new PostgreSql(database, rows.length);
  }

  /** Computes an expression for every row. */
  async evaluate(expression: string): Promise<Answer[]> {
    try {
      return await this.#query(expression, 'ORDER BY id');
    } catch {
      // One row's error hides the others: ask for each by itself.
      const answers: Answer[] = [];
      for (let id = 0; id < this.#rows; id++) {
        try {
          answers.push(...(await this.#query(expression, `WHERE id = ${id}`)));
        } catch (error) {
          answers.push({ error: (error as Error).message });
        }
      }
      return answers;
    }
  }

  async #query(expression: string, rest: string): Promise<Answer[]> {
    const sql = `SELECT v::text AS text, pg_typeof(v)::text AS type FROM (SELECT id, (${expression}) AS v FROM sample) AS computed ${rest}`;
    return (await this.#database.query<{ text: string | null; type: string }>(sql)).rows;
  }

  async stop(): Promise<void> {
    await this.#database.close();
  }
}
