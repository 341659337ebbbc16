import { type Campaign, ENOUGH, tooSeldom } from './campaign.ts';
import { FAULTS } from './faults.ts';
import type { Scenario } from './scenario/scenario.ts';
import { simulate } from './simulation.ts';
import { START } from './world.ts';

/** A report of many seeds: the failures, and how often each kind of fault happened. */
export function campaignText(campaign: Campaign): string {
  const { ran, events, hours, failures, histogram } = campaign;
  const seldom = new Set(ran >= ENOUGH.seeds ? tooSeldom(campaign) : []);
  return [
    ...Array.from(histogram, ([kind, count]) => {
      return `${String(count).padStart(8)}  ${kind.padEnd(20)} ${FAULTS[kind]}${seldom.has(kind) ? '  TOO SELDOM' : ''}`;
    }),
    ...Array.from(failures, ([seed, violations]) => violationText(seed, violations)),
    `${ran} seeds, ${events} events, ${Math.round(hours)} hours of virtual time: ${failures.size} failed`,
  ].join('\n');
}

/** The violations of a seed. */
export function violationText(seed: number, violations: ReadonlyMap<string, string>): string {
  return Array.from(violations, ([kind, text]) => `seed ${seed}: ${kind}: ${text}`).join('\n');
}

/** A scenario, what happened in it, and what was wrong. */
export async function scenarioText(scenario: Scenario): Promise<string> {
  const { actions, only, application, ...rest } = scenario;
  const timeline: string[] = [];
  const { violations, fired } = await simulate(scenario, (line) => timeline.push(line));
  return [
    `scenario: ${JSON.stringify(rest)}`,
    `application: ${JSON.stringify(application)}`,
    `faults (${fired.length}): ${fired.join(', ')}`,
    `what happens (${actions.length}), in milliseconds; event times from the start on, too:`,
    ...actions.map(({ at, ...what }) => `${String(at).padStart(9)}  ${JSON.stringify(what, fromStart)}`),
    'timeline:',
    ...timeline,
    violations.size > 0 ? violationText(scenario.seed, violations) : `seed ${scenario.seed}: nothing wrong`,
  ].join('\n');
}

function fromStart(name: string, value: unknown): unknown {
  return name === 'at' && typeof value === 'number' ? value - START : value;
}
