import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadApplication } from '../../lib/cli/load-application.ts';
import { millrace } from './terminal.ts';

const directory = mkdtempSync(join(tmpdir(), 'millrace-init-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const read = (...path: string[]): string => readFileSync(join(directory, ...path), 'utf8');
const own = JSON.parse(readFileSync('package.json', 'utf8'));

const FILES = ['.gitignore', 'README.md', 'app.test.ts', 'app.ts', 'cdk.json', 'package.json', 'stack.ts', 'tsconfig.json'];

describe('millrace init', () => {
  it.each([
    ['typescript', [], FILES],
    ['sql', ['--sql'], [...FILES, 'clicks.jsonl', 'my-shop.sql']],
  ] as const)('makes a project in %s, named after its directory', async (kind, options, files) => {
    const path = join(directory, kind, 'My Shop!');
    const { code, out, err } = await millrace(['init', path, ...options]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Created the application "my-shop"');
    expect(out).toContain('  npm install\n  npm start\n');
    expect(readdirSync(path).sort()).toEqual([...files].sort());
    for (const file of files) expect(read(kind, 'My Shop!', file)).not.toMatch(/__[a-z@]/);
    const { name, dependencies, devDependencies } = JSON.parse(read(kind, 'My Shop!', 'package.json'));
    expect(name).toBe('my-shop');
    expect(dependencies.millrace).toBe(`^${own.version}`);
    expect(devDependencies).toMatchObject({
      'aws-cdk-lib': own.peerDependencies['aws-cdk-lib'],
      'aws-cdk': own.devDependencies['aws-cdk'],
    });
    expect(dependencies.zod).toBe(kind === 'sql' ? undefined : own.devDependencies.zod);
  });

  it('makes SQL that is an application of that name', async () => {
    const { plan } = await loadApplication(join(directory, 'sql', 'My Shop!', 'my-shop.sql'));
    expect(plan.name).toBe('my-shop');
    expect(plan.views.map(({ name }) => name)).toEqual(['page_views']);
  });

  it('goes into a directory that is there, and overwrites nothing', async () => {
    const path = join(directory, 'there');
    mkdirSync(path);
    writeFileSync(join(path, 'LICENSE'), 'mine');
    expect((await millrace(['init', path])).code).toBe(0);
    writeFileSync(join(path, 'app.ts'), 'mine');
    const again = await millrace(['init', path, '--sql']);
    expect(again.err).toMatch(/^millrace init: .* already has .*app\.ts.*: nothing was written; choose another directory [^\n]*\n$/);
    expect(again.code).toBe(2);
    expect([read('there', 'app.ts'), read('there', 'LICENSE')]).toEqual(['mine', 'mine']);
    expect(existsSync(join(path, 'there.sql'))).toBe(false);
  });

  it('gives no name that npm would refuse', async () => {
    await millrace(['init', join(directory, 'millrace')]);
    expect(JSON.parse(read('millrace', 'package.json')).name).toBe('millrace-app');
  });

  it.each([
    [['a', 'b'], 'unexpected argument "b": the only argument is DIR'],
    [['package.json'], 'package.json is a file: name a directory'],
    [['123'], '"123" is not a valid application name'],
  ])('is asked wrongly by %j', async (args, message) => {
    const { code, out, err } = await millrace(['init', ...args]);
    expect(err).toContain(message);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});
