import { statSync } from 'node:fs';
import { type Counts, runFiles } from '../local/file-run.ts';
import type { Plan } from '../plan/plan.ts';
import { isDerived, type ShownView, shownViews } from '../plan/shown-view.ts';
import { basesOf } from '../query/scans.ts';
import { flag, onlyPositional, text, texts } from './arguments.ts';
import type { Command } from './command.ts';
import { loadApplication } from './load-application.ts';
import { jsonLines } from './print-rows.ts';
import { printable } from './printable.ts';
import { ProgressLine } from './progress-line.ts';
import { UsageError } from './usage-error.ts';

/** The exit code if every event was dead: most often the stream, its format or the definition is the wrong one. */
const ALL_DEAD = 3;
/** Maximum number of dead letters shown; the rest are counted. */
const SHOWN_DEAD = 5;

/** `millrace run`: runs a view over files in memory. */
export const run: Command = {
  options: { input: { type: 'string', multiple: true }, view: { type: 'string' }, json: { type: 'boolean' } },
  help: `Usage: millrace run APP --input STREAM=FILE … [--view NAME] [--json]

Runs a view of an application over files in memory and prints its final rows as NDJSON, by window and then key.
Events are read in the order of the files, and the arrival time of each is its event time. At the end, event time advances until
every window is closed. The numbers of events, late events, dead letters and duplicates are printed to standard error.
So are the numbers of rows with a column that cannot be computed (the row's $errors says why) and of rows left out
because a condition cannot be.

  APP                    file whose default export is the application, or a file of SQL
  --input STREAM=FILE    a stream's events, one JSON value per line, or lines in the stream's format. The first line of FILE.csv
                         and FILE.tsv names the columns; a line of "millrace record" is a record with its own arrival
                         time. Gzip is inflated; - is standard input; can be repeated
  --view NAME            the view, if the application has several; default the last one of its SQL
  --json                 prints the counts as JSON

Exit code: 0; 3 when there were events and all of them are dead letters.
Example: millrace run examples/clickstream/app.ts --input clicks=clicks.jsonl --view page_views
`,
  async run(given, terminal) {
    const file = onlyPositional(given, 'APP');
    const { plan } = await loadApplication(file);
    const view = chosenView(plan, text(given, 'view'));
    const files = filesOf(plan, view, texts(given, 'input'));
    const progress = new ProgressLine(terminal);
    let dead = 0;
    const rows = runFiles({
      plan,
      view,
      files,
      onDead({ file, line, reason }) {
        if (++dead <= SHOWN_DEAD) progress.say(`${file}:${line}: dead letter: ${printable(reason)}`);
      },
      onWrongUnit: (file, hint) => progress.say(`${file}: ${hint}`),
      onProgress: ({ file, bytes, events }) => progress.show(`${events.toLocaleString('en')} events${share(file, bytes)}`),
    });
    for (let next = await rows.next(); ; next = await rows.next()) {
      if (!next.done) {
        const lines = jsonLines(next.value);
        if (lines !== '') await terminal.out(lines);
        if (terminal.interrupted.aborted) break;
        continue;
      }
      progress.clear();
      if (dead > SHOWN_DEAD) progress.say(`… and ${dead - SHOWN_DEAD} more dead letters`);
      terminal.err(flag(given, 'json') ? `${JSON.stringify(jsonCounts(next.value))}\n` : counts(next.value));
      return next.value.dead > 0 && next.value.dead === next.value.events ? ALL_DEAD : 0;
    }
    progress.clear();
    return 130;
  },
};

function jsonCounts({ leftOut, ...counted }: Counts): object {
  return { ...counted, ...(leftOut && { left_out_rows: leftOut }) };
}

function counts({ events, late, dead, duplicates, errors, leftOut }: Counts): string {
  const rows = (count: number): string => `${count} ${count === 1 ? 'row' : 'rows'}`;
  const again = duplicates > 0 ? `, ${duplicates} ${duplicates === 1 ? 'duplicate' : 'duplicates'}` : '';
  const failed = errors > 0 ? `, ${rows(errors)} with errors` : '';
  const out = leftOut ? `, ${rows(leftOut.rows)} left out (${printable(leftOut.reason)})` : '';
  return `${events} ${events === 1 ? 'event' : 'events'}, ${late} late, ${dead} dead${again}${failed}${out}\n`;
}

function chosenView(plan: Plan, named: string | undefined): ShownView {
  const views = shownViews(plan);
  const names = views.map((view) => view.name).join(', ');
  const name = named ?? plan.main;
  if (name === undefined) {
    if (views.length > 1) throw new UsageError(`the application has several views: choose one with --view: ${names}`);
    return views[0] as ShownView;
  }
  const found = views.find((view) => view.name === name);
  if (!found) throw new UsageError(`the application has no view "${name}"; there are: ${names}`);
  return found;
}

/** The files of each stream that the view reads. */
function filesOf(plan: Plan, view: ShownView, inputs: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, string[]>(streamsOf(plan, view).map((name) => [name, []]));
  for (const input of inputs) {
    const [, stream, file] = /^([^=]+)=(.+)$/s.exec(input) ?? [];
    if (stream === undefined || file === undefined) throw new UsageError(`--input must be STREAM=FILE, not "${input}"`);
    if (!plan.streams.some(({ name }) => name === stream)) {
      const names = plan.streams.map(({ name }) => name).join(', ');
      throw new UsageError(`--input ${input}: the application has no stream "${stream}"; there are: ${names}`);
    }
    checkReadable(file);
    files.get(stream)?.push(file);
  }
  for (const [stream, given] of files) {
    if (given.length === 0)
      throw new UsageError(`view "${view.name}" reads stream "${stream}": pass its events with --input ${stream}=FILE`);
  }
  return files;
}

function streamsOf(plan: Plan, view: ShownView): string[] {
  if (!isDerived(view)) return [view.stream];
  const bases = basesOf(view.relation);
  return [...new Set(plan.views.filter(({ name }) => bases.includes(name)).map(({ stream }) => stream))];
}

function checkReadable(file: string): void {
  if (file === '-') return;
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) throw new UsageError(`there is no file ${file}`);
  if (found.isDirectory()) throw new UsageError(`${file} is a directory: use a file of events`);
}

function share(file: string, bytes: number): string {
  const size = file === '-' ? 0 : (statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  return size === 0 ? '' : `, ${Math.floor((Math.min(bytes, size) / size) * 100)} % of ${file}`;
}
