import { expect } from 'vitest';
import { compile } from '../../lib/compile/compile.ts';
import { sqlApplication } from '../../lib/dsl/sql-application.ts';

/** What `compile` says against SQL. */
export async function sqlError(text: string): Promise<string> {
  const error: unknown = await compile(sqlApplication('app.sql', text)).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error, `this was accepted: ${text}`).toMatchObject({ name: 'MillraceError', code: 'definition' });
  return (error as Error).message;
}

/**
 * The mistake in SQL in which a `«` stands before the place that is at fault.
 *
 * @returns what `compile` says
 */
export async function sqlErrorAt(marked: string): Promise<string> {
  const at = marked.indexOf('«');
  const text = marked.replace('«', '');
  const message = await sqlError(text);
  if (at >= 0) {
    const before = marked.slice(0, at).split('\n');
    expect(message.split(': ')[0], text).toBe(`app.sql:${before.length}:${[...(before.at(-1) as string)].length + 1}`);
  }
  return message;
}
