import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { synthesize } from '../infra/synth.ts';

const security = readFileSync('docs/security.md', 'utf8');

/** What the template calls things, in the table's words. */
const RESOURCES: readonly (readonly [RegExp, string])[] = [
  [/ShopState.*\/index\//, "the state table's indexes of late events and dead letters"],
  [/ShopState/, 'the state table'],
  [/ShopResults/, 'the results table'],
  [/ShopStream/, "the application's streams"],
  [/ShopFunctionsMergeFunction/, 'the merge function'],
  [/ShopFunctionsFailedMerges/, 'the queue of failed merges'],
  [/ShopFunctions\w+Logs/, 'its own log group'],
];

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** Every permission the template gives to a function: function, actions, resource. */
function granted(): string[] {
  const policies = Object.entries(synthesize().findResources('AWS::IAM::Policy'));
  return policies.flatMap(([id, { Properties }]) => {
    const name = (/Functions(\w+?)Role/.exec(id)?.[1] ?? id).toLowerCase();
    return (Properties.PolicyDocument.Statement as Statement[]).map(({ Effect, Action, Resource }) => {
      expect(Effect).toBe('Allow');
      const resource = JSON.stringify(Resource);
      expect(resource).not.toContain('*');
      const actions = [Action].flat().sort().join(', ');
      const what = RESOURCES.find(([pattern]) => pattern.test(resource))?.[1] ?? resource;
      return `${what === 'its own log group' ? 'each of them' : name} | ${actions} | ${what}`;
    });
  });
}

describe('the guide to security', () => {
  it('tells all that each function can reach, and nothing else', () => {
    const [, table = ''] = security.split('| function | may | on |\n|---|---|---|\n');
    const rows = (table.split('\n\n')[0] as string).split('\n').map((row) => row.replace(/^\| | \|$/g, '').replaceAll('`', ''));
    expect(rows.sort()).toEqual([...new Set(granted())].sort());
  });

  it('names tests that there are, for every attack', () => {
    const [, table = ''] = security.split('| attack | test | outcome |\n|---|---|---|\n');
    const rows = (table.split('\n\n')[0] as string).trim().split('\n');
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) {
      const [, , cell = ''] = row.split(/(?<!\\)\|/);
      const named = [...cell.matchAll(/`(test\/[^`]+)`((?:,? ?"[^"]+")+)/g)];
      expect(named.map(([whole]) => whole).join(', ')).toBe(cell.trim());
      for (const [, file = '', names = ''] of named) {
        const source = readFileSync(file, 'utf8');
        for (const [, name = ''] of names.matchAll(/"([^"]+)"/g)) expect(source, `${file} has no test "${name}"`).toContain(name);
      }
    }
  });

  it('has the roles of the functions, and that of API Gateway, and no others', () => {
    const roles = Object.values(synthesize().findResources('AWS::IAM::Role'));
    const principals = roles.map(({ Properties }) => Properties.AssumeRolePolicyDocument.Statement[0].Principal.Service);
    expect(principals.sort()).toEqual(['apigateway.amazonaws.com', ...Array(4).fill('lambda.amazonaws.com')]);
    const managed = roles.filter(({ Properties }) => Properties.ManagedPolicyArns !== undefined);
    expect(managed).toHaveLength(1);
  });
});
