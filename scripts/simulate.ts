/** `npm run simulate`: the functions as deployed, on a simulated Kinesis, Lambda and DynamoDB that fail, against a naive fold. */
import { parseArgs } from 'node:util';
import { ProgressLine } from '../lib/cli/progress-line.ts';
import { processTerminal } from '../lib/cli/terminal.ts';
import { type Campaign, ENOUGH, runCampaign, tooSeldom } from '../lib/testing/simulator/campaign.ts';
import { campaignText, scenarioText, violationText } from '../lib/testing/simulator/report.ts';
import { drawScenario } from '../lib/testing/simulator/scenario/draw-scenario.ts';
import { shrink } from '../lib/testing/simulator/shrink.ts';
import { simulate } from '../lib/testing/simulator/simulation.ts';

const HELP = `npm run simulate -- [--seeds N | --minutes M | --seed N] [options]

Runs the functions as they are deployed on a simulated Kinesis, Lambda and DynamoDB that fail as chance has it, and compares what
they show with a naive fold of what was put. A seed is a run: what is put, what fails and when. The same seed always does the same.

  --seeds N     so many seeds (default 100); the first that fails is shrunk and shown
  --minutes M   seeds for so long
  --from N      the first seed (default 1)
  --enough N    stop after so many failing seeds
  --seed N      this seed alone: all that happens in it; when it fails, in the least scenario that still does
  --json        one line of JSON instead of text, and nothing shrunk

Ctrl-C ends it after the seed under way and reports on those that ran (exit code 130). With ${ENOUGH.seeds} seeds or more, each kind of fault has to happen over
${ENOUGH.times} times in a thousand. Exit code: 0 when everything held, 1 when not, 2 for a mistake in the options.`;

const terminal = processTerminal();
const progress = new ProgressLine(terminal);

function options() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { seeds: text, minutes: text, from: text, enough: text, seed: text, json: flag, help: flag } });
  const positive = (name: 'seeds' | 'minutes' | 'from' | 'enough' | 'seed', fits: (value: number) => boolean, what: string) => {
    const value = Number(values[name]);
    if (values[name] === undefined || (value > 0 && fits(value))) return values[name] === undefined ? undefined : value;
    throw new Error(`--${name} takes ${what}, not ${values[name] || 'nothing'}`);
  };
  const whole = (name: 'seeds' | 'from' | 'enough' | 'seed') => positive(name, Number.isSafeInteger, 'a whole number above zero');
  const others = (['seeds', 'minutes', 'from', 'enough'] as const).filter((name) => values[name] !== undefined);
  if (values.seed !== undefined && others.length > 0) throw new Error(`--seed runs one seed alone: leave out --${others.join(', --')}`);
  const minutes = positive('minutes', Number.isFinite, 'a number above zero');
  return {
    help: values.help,
    json: values.json,
    seed: whole('seed'),
    campaign: {
      from: whole('from') ?? 1,
      seeds: whole('seeds') ?? (minutes === undefined ? 100 : Number.POSITIVE_INFINITY),
      most: (minutes ?? Number.POSITIVE_INFINITY) * 60_000,
      enough: whole('enough') ?? Number.POSITIVE_INFINITY,
    },
  };
}

async function main(): Promise<number> {
  let given: ReturnType<typeof options>;
  try {
    given = options();
  } catch (error) {
    terminal.err(`npm run simulate: ${(error as Error).message}\n\n${HELP}\n`);
    return 2;
  }
  if (given.help) {
    await terminal.out(`${HELP}\n`);
    return 0;
  }
  return given.seed === undefined ? many(given) : one(given.seed, given.json);
}

async function many({ campaign: given, json }: ReturnType<typeof options>): Promise<number> {
  const begun = performance.now();
  let [ran, failed] = [0, 0];
  const campaign = await runCampaign({
    ...given,
    signal: terminal.interrupted,
    onSeed: (seed, { violations }) => {
      ran++;
      if (violations.size > 0) {
        failed++;
        progress.say(violationText(seed, violations));
      }
      const seconds = (performance.now() - begun) / 1000;
      const most = Number.isFinite(given.seeds) ? `${given.seeds} seeds` : `${given.most / 60_000} minutes`;
      progress.show(`seed ${seed}: ${ran} of ${most}, ${failed} failed, ${Math.round(seconds)} s`);
    },
  });
  progress.clear();
  await terminal.out(`${json ? campaignJson(campaign) : campaignText(campaign)}\n`);
  const [first] = campaign.failures.keys();
  if (first !== undefined && !json && !terminal.interrupted.aborted) await one(first, false);
  if (terminal.interrupted.aborted) return 130;
  return first !== undefined || (campaign.ran >= ENOUGH.seeds && tooSeldom(campaign).length > 0) ? 1 : 0;
}

async function one(seed: number, json: boolean): Promise<number> {
  const scenario = drawScenario(seed);
  const { violations } = await simulate(scenario);
  if (json) {
    await terminal.out(`${JSON.stringify({ seed, violations: Object.fromEntries(violations) })}\n`);
  } else {
    const least =
      violations.size > 0 ? await shrink(scenario, (runs) => progress.show(`seed ${seed} fails: shrinking it, run ${runs}`)) : scenario;
    progress.clear();
    await terminal.out(`${await scenarioText(least)}\n`);
  }
  return violations.size > 0 ? 1 : 0;
}

function campaignJson({ failures, histogram, ...rest }: Campaign): string {
  const list = Array.from(failures, ([seed, violations]) => ({ seed, violations: Object.fromEntries(violations) }));
  return JSON.stringify({ ...rest, failures: list, histogram: Object.fromEntries(histogram) });
}

process.exitCode = await main();
