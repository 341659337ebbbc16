import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../lib/core/errors.ts';
import { Problems } from '../../lib/plan/problems.ts';

const messageOf = (problems: Problems) => {
  try {
    problems.throwIfAny('application "shop"');
  } catch (error) {
    return error instanceof MillraceError && error.code === 'definition' ? error.message : 'another error';
  }
  return undefined;
};

describe('Problems', () => {
  it('throws nothing when there are none', () => {
    expect(messageOf(new Problems())).toBeUndefined();
  });

  it('says one in a line, several as a list, each once', () => {
    const problems = new Problems();
    problems.add('view "v"', 'no');
    expect(messageOf(problems)).toBe('application "shop", view "v": no');
    problems.add('view "w"', 'neither');
    problems.add('view "v"', 'no');
    expect(messageOf(problems)).toBe('application "shop" has 2 mistakes:\n- view "v": no\n- view "w": neither');
  });

  it('notes what is thrown, whatever it is', () => {
    const problems = new Problems();
    expect(problems.attempt('a', () => 7)).toBe(7);
    expect(
      problems.attempt('b', () => {
        throw 'text';
      }),
    ).toBeUndefined();
    expect(messageOf(problems)).toBe('application "shop", b: text');
  });
});
