import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** What the compiler says of a file of mistakes: `line:column message`. */
function said(file: string): string[] {
  const { stdout } = spawnSync('tsc', ['--pretty', 'false', '--project', 'test/types/mistakes'], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const [, path, at, column, message] = /^(\S+)\((\d+),(\d+)\): error TS\d+: (.*)$/.exec(line) ?? [];
    return path?.endsWith(file) ? [`${at}:${column} ${words(message as string)}`] : [];
  });
}

/** A message's own words, or the compiler's without the arguments of types. */
function words(message: string): string {
  const [, own] = /MillraceTypeError<("(?:[^"\\]|\\.)*")>/.exec(message) ?? [];
  if (own !== undefined) return JSON.parse(own) as string;
  let outer = message;
  for (let before = ''; before !== outer; ) {
    before = outer;
    outer = outer.replace(/<(?!…>)[^<>]*(<…>[^<>]*)*>/g, '<…>');
  }
  return outer;
}

/** What a file's comments say that it says: `//   ^ message` is about the line of code before it, at the caret. */
function expected(file: string): string[] {
  let code = 0;
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, i) => {
      const [, before, message] = /^(\/\/ *)\^ (.*)$/.exec(line) ?? [];
      if (before === undefined) code = i + 1;
      return before === undefined ? [] : [`${code}:${before.length + 1} ${message}`];
    });
}

test.each(['test/types/mistakes/definitions.ts', 'test/types/mistakes/testing.ts'])(
  'the compiler says of %s what its comments say, and no more',
  (file) => {
    const comments = expected(file);
    expect(comments.length).toBeGreaterThan(0);
    expect(said(file)).toEqual(comments);
  },
);
