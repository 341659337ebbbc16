import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { MillraceError } from '../../lib/core/errors.ts';

const directory = mkdtempSync(join(tmpdir(), 'millrace-errors-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('an error of another copy of the package', () => {
  it('is recognised, either way round', async () => {
    const file = join(directory, 'errors.ts');
    cpSync('lib/core/errors.ts', file);
    const copy = (await import(pathToFileURL(file).href)) as typeof import('../../lib/core/errors.ts');
    expect(copy.MillraceError).not.toBe(MillraceError);
    const [theirs, ours] = [new copy.MillraceError('limit', 'too much'), new MillraceError('limit', 'too much')];
    expect(theirs).toBeInstanceOf(MillraceError);
    expect(ours).toBeInstanceOf(copy.MillraceError);
  });
});

describe('instanceof MillraceError', () => {
  it.each([
    ['an error that only has its name', Object.assign(new Error('x'), { name: 'MillraceError', code: 'limit' })],
    ['a text', 'MillraceError'],
    ['null', null],
    ['nothing', undefined],
  ])('is not %s', (_, value) => expect(value).not.toBeInstanceOf(MillraceError));

  it('is a kind of it too, but no error is of a kind that it is not', () => {
    class Kind extends MillraceError {}
    expect(new Kind('limit', 'x')).toBeInstanceOf(MillraceError);
    expect(new Kind('limit', 'x')).toBeInstanceOf(Kind);
    expect(new MillraceError('limit', 'x')).not.toBeInstanceOf(Kind);
  });

  it('shows what it is, and not how it is recognised', () => {
    expect(Object.keys(new MillraceError('limit', 'x')).sort()).toEqual(['code', 'name', 'place']);
  });
});
