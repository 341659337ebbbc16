import { type Dice, diceFor } from './dice.ts';
import { Faults } from './faults.ts';
import type { Scenario } from './scenario/scenario.ts';
import { Scheduler } from './scheduler.ts';

/** Where virtual time begins. */
export const START = Date.parse('2026-01-05T00:00:00Z');

/** The shared state of the simulation. */
export class World {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  /** for what is drawn while the run goes on and is no fault */
  readonly dice: Dice;
  readonly #scenario: Scenario;
  readonly #trace: ((line: string) => void) | undefined;
  /** the container whose code runs now, or ran last */
  running: { die(why: string): void } | undefined;
  #nonces = 0;

  constructor(scenario: Scenario, trace?: (line: string) => void) {
    this.#scenario = scenario;
    this.#trace = trace;
    this.scheduler = new Scheduler(START, diceFor(scenario.seed, 'schedule'));
    this.faults = new Faults(scenario.seed, scenario.rates, scenario.only && new Set(scenario.only));
    this.dice = diceFor(scenario.seed, 'world');
  }

  /** A line of the timeline. */
  readonly say = (who: string, what: string): void => {
    if (!this.#trace) return;
    const ms = String(this.scheduler.now - START).padStart(9);
    this.#trace(`${ms}  ${who.padEnd(14)} ${what}`);
  };

  nonce(): string {
    return `n${++this.#nonces}`;
  }

  /** Mostly seconds; now and then longer than anything is kept. */
  freezeTime(): number {
    const { logTtl } = this.#scenario.limits;
    return this.dice.uniform() < 0.15 ? logTtl + this.dice.integer(2 * logTtl) : 300 + this.dice.integer(60_000);
  }
}
