import { diceFor } from '../dice.ts';
import type { Scenario } from './scenario.ts';

/** Lets the clocks of containers differ in some seeds, by no more than the second that docs/guarantees.md allows for. */
export function drawClockSkew(scenario: Scenario): Scenario {
  const dice = diceFor(scenario.seed, 'clock skew');
  return dice.uniform() < 0.3 ? { ...scenario, clockSkew: dice.pick([20, 200, 1000]) } : scenario;
}
