import { FAULTS, type FaultKind } from './faults.ts';
import { drawScenario } from './scenario/draw-scenario.ts';
import { type Outcome, simulate } from './simulation.ts';

/** Which seeds to run, and how long. */
export interface CampaignOptions {
  readonly from: number;
  /** how many at most */
  readonly seeds: number;
  /** milliseconds after which no further seed is begun */
  readonly most?: number;
  /** failing seeds after which to stop; default all are run */
  readonly enough?: number;
  /** ends it after the seed under way */
  readonly signal?: AbortSignal;
  readonly onSeed?: (seed: number, outcome: Outcome) => void;
}

/** The outcome of many runs. */
export interface Campaign {
  readonly ran: number;
  readonly events: number;
  /** hours of virtual time */
  readonly hours: number;
  /** violations by seed */
  readonly failures: ReadonlyMap<number, ReadonlyMap<string, string>>;
  /** how often each kind of fault happened */
  readonly histogram: ReadonlyMap<FaultKind, number>;
}

/** How often each kind of fault must happen in a number of seeds for them to be meaningful. */
export const ENOUGH = { times: 100, seeds: 1000 };

/** Runs seed after seed. */
export async function runCampaign(options: CampaignOptions): Promise<Campaign> {
  const begun = performance.now();
  const failures = new Map<number, ReadonlyMap<string, string>>();
  const histogram = new Map(Object.keys(FAULTS).map((kind) => [kind as FaultKind, 0]));
  let [ran, events, lasted] = [0, 0, 0];
  for (let seed = options.from; ran < options.seeds && failures.size < (options.enough ?? Number.POSITIVE_INFINITY); seed++) {
    if (options.signal?.aborted || performance.now() - begun > (options.most ?? Number.POSITIVE_INFINITY)) break;
    const outcome = await simulate(drawScenario(seed));
    ran++;
    events += outcome.events;
    lasted += outcome.lasted;
    for (const [kind, count] of outcome.counts) histogram.set(kind, (histogram.get(kind) ?? 0) + count);
    if (outcome.violations.size > 0) failures.set(seed, outcome.violations);
    options.onSeed?.(seed, outcome);
  }
  return { ran, events, hours: lasted / 3_600_000, failures, histogram };
}

/** The kinds of faults that happened too rarely for the number of seeds. */
export function tooSeldom({ ran, histogram }: Campaign): FaultKind[] {
  return [...histogram].filter(([, count]) => count <= (ENOUGH.times * ran) / ENOUGH.seeds).map(([kind]) => kind);
}
