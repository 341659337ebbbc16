/** `npm run soak`: the local stack under load, killed and resharded, against what its stream holds. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ProgressLine } from '../lib/cli/progress-line.ts';
import { processTerminal } from '../lib/cli/terminal.ts';
import { summary } from './report.ts';
import { soak } from './run.ts';

const HELP = `npm run soak -- [options]

Runs \`millrace dev\` as a process under a Poisson load, ends it by kill -9 every minute and reshards its stream every few, then
compares every row that REST gives with the fold of what the stream holds. Finding the limit takes a minute or two, comparing as long. Ctrl-C ends the load; what was put is still checked.

  --minutes N          how long the load lasts (default 20)
  --rate N             events a second; without it the limit is looked for first, and the load is a share of it
  --share N            that share (default 0.7)
  --kill-every N       seconds between kills, about (default 60)
  --reshard-every N    seconds between reshards, about (default 150)
  --seed N             of the load and of what happens when (default 1)
  --json               a line of JSON for each sample, and one for the outcome, instead of a chart

Exit code: 0 when everything held, 1 when not, 2 for a mistake in the options.`;

const terminal = processTerminal();

function options() {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      minutes: { ...text, default: '20' },
      rate: text,
      share: { ...text, default: '0.7' },
      'kill-every': { ...text, default: '60' },
      'reshard-every': { ...text, default: '150' },
      seed: { ...text, default: '1' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const positive = (name: 'minutes' | 'rate' | 'share' | 'kill-every' | 'reshard-every'): number => {
    const value = Number(values[name]);
    if (value > 0 && Number.isFinite(value)) return value;
    throw new Error(`--${name} takes a number above zero, not ${values[name]}`);
  };
  const whole = (name: 'seed'): number => {
    if (/^\d{1,9}$/.test(values[name])) return Number(values[name]);
    throw new Error(`--${name} takes a whole number, not ${values[name]}`);
  };
  return {
    help: values.help,
    json: values.json,
    seconds: positive('minutes') * 60,
    rate: values.rate === undefined ? undefined : positive('rate'),
    share: positive('share'),
    killEvery: positive('kill-every'),
    reshardEvery: positive('reshard-every'),
    seed: whole('seed'),
  };
}

async function main(): Promise<number> {
  let given: ReturnType<typeof options>;
  try {
    given = options();
  } catch (error) {
    terminal.err(`npm run soak: ${(error as Error).message}\n\n${HELP}\n`);
    return 2;
  }
  const { help, json, ...rest } = given;
  if (help) {
    await terminal.out(`${HELP}\n`);
    return 0;
  }
  const data = await mkdtemp(join(tmpdir(), 'millrace-soak-'));
  const progress = new ProgressLine(terminal);
  const write = (line: object): void => void terminal.out(`${JSON.stringify(line)}\n`);
  let passed = false;
  try {
    const result = await soak({
      ...rest,
      data,
      interrupted: terminal.interrupted,
      onProgress: (text) => progress.show(text),
      onEvent: (text) => progress.say(text),
      onSample: (sample) => json && write({ sample }),
    });
    progress.clear();
    passed = result.failures.length === 0;
    const { samples, ...outcome } = result;
    if (json) write({ outcome });
    else await terminal.out(`${summary(result)}\n`);
  } catch (error) {
    progress.say(`the soak broke off: ${(error as Error).stack}`);
  }
  if (passed) await rm(data, { recursive: true, force: true });
  else terminal.err(`what the process kept is in ${data}\n`);
  return passed ? 0 : 1;
}

process.exitCode = await main();
