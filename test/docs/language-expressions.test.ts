import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { textOf } from '../../lib/sql/expression/conversions.ts';
import { FUNCTIONS } from '../../lib/sql/expression/functions/registry.ts';
import { bindSql } from '../support/expressions.ts';

const section = readFileSync('docs/language.md', 'utf8').split('## Expressions in SQL')[1] as string;
const examples = [...section.matchAll(/^\| `(.+)` \| `(.+)` \| ([a-z ]+) \|$/gm)].map(
  ([, example, result, type]) => [example, result, type] as const,
);

describe('the examples of expressions in docs/language.md', () => {
  it.each(examples)('%s is %s of type %s', (example, result, type) => {
    const bound = bindSql(example as string);
    const value = bound.evaluate({});
    expect([value === null ? 'NULL' : textOf(bound.type)(value), bound.type]).toEqual([result, type]);
  });

  it('are of every function there is', () => {
    const used = examples.map(([example]) => example).join('\n');
    expect([...FUNCTIONS.keys()].filter((name) => !new RegExp(`\\b${name}\\(`).test(used))).toEqual([]);
  });
});
