import type { FaultKind, FaultRates } from './faults.ts';
import type { Scenario } from './scenario/scenario.ts';
import { simulate } from './simulation.ts';

/** Runs at most, so that it ends, and always in the same place. */
const MOST_RUNS = 250;

/**
 * Reduces a failing scenario to the fewest kinds of faults, faults, actions and views that still fail. Items to leave out
 * are found by bisection (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", IEEE TSE 2002).
 *
 * @param scenario one that fails
 * @param onRun called with the number of runs so far
 * @returns it, or a smaller one that fails in one of the same ways
 */
export async function shrink(scenario: Scenario, onRun?: (runs: number) => void): Promise<Scenario> {
  const { violations, fired } = await simulate(scenario);
  const kinds = [...violations.keys()];
  let runs = 0;
  const fails = async (candidate: Scenario): Promise<boolean> => {
    if (runs >= MOST_RUNS) return false;
    runs++;
    onRun?.(runs);
    const outcome = await simulate(candidate).catch(() => undefined);
    return outcome !== undefined && kinds.some((kind) => outcome.violations.has(kind));
  };
  let least = scenario;
  const attempt = async (change: Partial<Scenario>): Promise<void> => {
    const candidate = { ...least, ...change };
    if (await fails(candidate)) least = candidate;
  };
  await attempt({ only: fired });
  await attempt({ clients: 0 });
  for (const kind of Object.keys(least.rates) as FaultKind[]) await attempt({ rates: without(least.rates, kind) });
  for (let round = 0; round < 2; round++) {
    const actions = await reduce(least.actions, (part) => fails({ ...least, actions: part }));
    least = { ...least, actions };
    const { only } = least;
    if (only) least = { ...least, only: await reduce(only, (part) => fails({ ...least, only: part })) };
    if (least.application.derived.length > 0) await attempt({ application: { ...least.application, derived: [] } });
    for (const view of least.application.views) {
      const views = least.application.views.filter((other) => other !== view);
      if (views.length > 0) await attempt({ application: { ...least.application, views } });
    }
    await attempt({ shards: 1 });
  }
  return least;
}

function without(rates: FaultRates, kind: FaultKind): FaultRates {
  return Object.fromEntries(Object.entries(rates).filter(([other]) => other !== kind));
}

/** The fewest of some things, in their order, with which it still fails. */
async function reduce<T>(all: readonly T[], fails: (part: readonly T[]) => Promise<boolean>): Promise<readonly T[]> {
  let left = all;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < left.length; ) {
      const part = [...left.slice(0, from), ...left.slice(from + size)];
      if (await fails(part)) left = part;
      else from += size;
    }
  }
  return left;
}
