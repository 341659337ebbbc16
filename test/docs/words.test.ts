// Documents and messages use the terms of docs/glossary.md. Each of these expressions was once used for one of the terms, and had to be read twice.
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const REPLACED: readonly (readonly [RegExp, string])[] = [
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/\bcarr(y|ies|ied) on\b/i, 'pending spans'],
  [/\blets? go of\b/i, 'evict, release'],
  [/\bwindows? of a key's own\b|\bkeys?'s? own windows?\b/i, 'unaligned window'],
  [/\bwindows? of all time\b/i, 'global window'],
  [/\bsilent (shard|task)s?\b|\bfall(s|en)? silent\b/i, 'idle'],
  [/\brestat(e|ed|ing)\b/i, 'reprocess'],
  [/\bquestions? in SQL\b/i, 'ad hoc query'],
  [/\bput(s|ting)? aside\b/i, 'make a dead letter of'],
  [/\bwhat (came|comes|became|becomes) of\b/i, 'what happens to, outcome'],
  [/\bwhoever\b|\banybody who\b/i, 'the reader, the caller'],
  [/\bmistaken\b/i, 'invalid'],
  [/\bis to be\b/i, 'must, will'],
  [/\bone argument too many\b/i, 'unexpected argument'],
];

/** The text of a document without code. */
function prose(file: string): string {
  return readFileSync(file, 'utf8')
    .replace(/```.*?```/gs, '')
    .replace(/`[^`\n]*`|"[^"\n]*"/g, '');
}

/** The texts in quotes of a program, without its comments. */
function messages(file: string): string {
  const code = readFileSync(file, 'utf8').replace(/^\s*(\/\*\*?.*?\*\/|\/\/.*?$)/gms, '');
  return Array.from(code.matchAll(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g), ([text]) => text).join('\n');
}

/** The expressions of the list that a text has, with what to write instead. */
function found(text: string): string[] {
  return REPLACED.flatMap(([expression, instead]) => {
    const [match] = expression.exec(text) ?? [];
    return match === undefined ? [] : [`"${match}": write ${instead}`];
  });
}

describe('the terms of the glossary', () => {
  it.each(globSync(['*.md', 'docs/**/*.md', 'templates/*/*.md', 'examples/*/*.md']))('are used in %s', (file) => {
    expect(found(prose(file))).toEqual([]);
  });

  it('are used in messages', () => {
    // The names of items are under the checksums of stored bytes, so they stay as they are.
    const files = globSync(['lib/**/*.ts', 'infra/**/*.ts']).filter((file) => file !== 'lib/runtime/item-names.ts');
    const wrong = files.flatMap((file) => found(messages(file)).map((what) => `${file}: ${what}`));
    expect(files.length).toBeGreaterThan(300);
    expect(wrong).toEqual([]);
  });

  it('are told apart from the expressions they replaced', () => {
    expect(found('A mistaken view can be mended.')).toEqual(['"mended": write fix', '"mistaken": write invalid']);
  });
});
