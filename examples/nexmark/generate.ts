/** `npx node examples/nexmark/generate.ts --directory DIR`: writes Nexmark's events into person.jsonl, auction.jsonl and bid.jsonl. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nexmarkEvents } from './events.ts';

const HELP = `Usage: npx node examples/nexmark/generate.ts --directory DIR [options]

  --directory DIR    where person.jsonl, auction.jsonl and bid.jsonl are written
  --events N         how many events there are together; default 20,000
  --rate N           events per second of event time; default 100
  --disorder N       how many events in a row are shuffled; default 50
  --seed N           the same gives the same events; default 1
  --start TIME       the first event's time; default 2026-01-01T23:59:00Z: two days are touched
`;

const { values } = parseArgs({
  options: {
    directory: { type: 'string' },
    events: { type: 'string', default: '20000' },
    rate: { type: 'string', default: '100' },
    disorder: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    start: { type: 'string', default: '2026-01-01T23:59:00Z' },
    help: { type: 'boolean' },
  },
});

function whole(name: 'events' | 'rate' | 'disorder' | 'seed'): number {
  const number = Number(values[name]);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} takes a whole number from 1, not "${values[name]}"`);
  return number;
}

if (values.help || values.directory === undefined) {
  process.stdout.write(HELP);
  process.exitCode = values.help ? 0 : 2;
} else {
  const start = Date.parse(values.start);
  if (Number.isNaN(start)) throw new Error(`--start takes a time such as 2026-01-01T23:59:00Z, not "${values.start}"`);
  mkdirSync(values.directory, { recursive: true });
  const open = (stream: string): number => openSync(join(values.directory as string, `${stream}.jsonl`), 'w');
  const files = { person: open('person'), auction: open('auction'), bid: open('bid') };
  const options = { events: whole('events'), rate: whole('rate'), disorder: whole('disorder'), seed: whole('seed'), start };
  for (const { stream, value } of nexmarkEvents(options)) writeSync(files[stream], `${JSON.stringify(value)}\n`);
  for (const file of Object.values(files)) closeSync(file);
}
