import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { millrace } from '../../cli/terminal.ts';

/** What `millrace run` makes of events: the rows of a view, by window and then key. */
export async function millraceRun(app: string, stream: string, view: string, events: readonly object[]): Promise<object[]> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-run-'));
  try {
    const file = join(directory, 'events.jsonl');
    await writeFile(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    const { code, out, err } = await millrace(['run', app, '--input', `${stream}=${file}`, '--view', view]);
    if (code !== 0) throw new Error(err);
    return out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
  } finally {
    await rm(directory, { recursive: true });
  }
}
