import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const DIRECTORY = 'infra/constructs';

/** The interfaces that users write: those that `millrace/cdk` exports. */
const exported = Array.from(
  readFileSync(join(DIRECTORY, 'millrace-application.ts'), 'utf8').matchAll(/^export type \{ (.*) \} from/gm),
  ([, names = '']) => names.split(', '),
).flat();

/** Each optional prop of them, as `StreamOptions.shards`, with its docstring. */
const optional = readdirSync(DIRECTORY).flatMap((file) => {
  const interfaces = readFileSync(join(DIRECTORY, file), 'utf8').matchAll(/^export interface (\w+).*? \{\n(.*?)^\}/gms);
  return Array.from(interfaces)
    .filter(([, name = '']) => exported.includes(name))
    .flatMap(([, name, body = '']) =>
      Array.from(
        body.matchAll(/(?:^ {2}\/\*\*((?:(?!\*\/).)*)\*\/\n)?^ {2}readonly (\w+)\?:/gms),
        ([, doc = '', prop]): [string, string] => [`${name}.${prop}`, doc],
      ),
    );
});

describe('every optional prop says its default in @default', () => {
  test('props of every interface are found', () => {
    const interfaces = new Set(optional.map(([prop]) => prop.split('.')[0]));
    expect([...interfaces].sort()).toEqual(exported.filter((name) => /(?:Options|Props)$/.test(name)).sort());
  });

  test.each(optional)('%s', (_, doc) => {
    expect(doc).toMatch(/^ {3}\* @default \S/m);
  });
});
