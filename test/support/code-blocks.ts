import { readFileSync } from 'node:fs';

/** The code blocks of a Markdown file that are written in a language, in order. */
export function codeBlocks(file: string, language: string): string[] {
  const blocks = readFileSync(file, 'utf8').matchAll(/^```(\w+)\n(.*?)^```$/gms);
  return Array.from(blocks).flatMap(([, name, code]) => (name === language ? [code as string] : []));
}
