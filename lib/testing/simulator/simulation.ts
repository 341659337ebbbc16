import { compile } from '../../compile/compile.ts';
import { MillraceError } from '../../core/errors.ts';
import { defineApplication, parseDerived } from './application/define-application.ts';
import { Ledger } from './audit/ledger.ts';
import { Violations } from './audit/violations.ts';
import { SimulatedDynamo } from './dynamodb/simulated-dynamodb.ts';
import type { FaultKind } from './faults.ts';
import { SimulatedKinesis } from './kinesis/simulated-kinesis.ts';
import { SimulatedStream } from './kinesis/simulated-stream.ts';
import { EventSource } from './lambda/event-source.ts';
import { Functions } from './lambda/functions.ts';
import { run } from './run.ts';
import type { Action, Scenario } from './scenario/scenario.ts';
import { START, World } from './world.ts';

/** The outcome of a run. */
export interface Outcome {
  /** what was wrong, by kind; empty when nothing was */
  readonly violations: ReadonlyMap<string, string>;
  /** how often each kind of fault happened */
  readonly counts: ReadonlyMap<FaultKind, number>;
  /** the faults that chance made, by name */
  readonly fired: readonly string[];
  readonly events: number;
  /** milliseconds of virtual time */
  readonly lasted: number;
}

function eventsOf(action: Action): number {
  if (action.do === 'put together') return action.records.reduce((sum, { holds }) => sum + holds.length, 0);
  return action.do === 'put' ? action.holds.length : 0;
}

/**
 * Runs a scenario to its end, deterministically.
 *
 * @param trace called with a line for everything that happens
 */
export async function simulate(scenario: Scenario, trace?: (line: string) => void): Promise<Outcome> {
  const world = new World(scenario, trace);
  const violations = new Violations(world.say);
  const stream = new SimulatedStream(world, scenario.shards, BigInt(scenario.firstSequence));
  const derived = await parseDerived(scenario.application);
  const { views } = await compile(defineApplication(scenario.application, () => {}));
  const dynamo: SimulatedDynamo = new SimulatedDynamo(world, scenario.answerBytes, (...change) => ledger.see(...change));
  const ledger: Ledger = new Ledger(
    violations,
    stream,
    views,
    (pk) => dynamo.state.get(pk, '-'),
    world.say,
    () => world.faults.count('lease taken over'),
  );
  const kinesis = new SimulatedKinesis(world, stream);
  const functions = new Functions(world, scenario, derived, dynamo, kinesis, (container, error) => {
    world.say(container, `throws ${String(error)}`);
    // What no fault explains.
    if (!(error instanceof MillraceError && error.code === 'unavailable'))
      violations.add('unexpected error', `${container}: ${(error as Error).stack ?? String(error)}`);
  });
  const limits = { batchSize: scenario.batchSize, batchWindow: scenario.batchWindow, payload: 6 * 1024 * 1024 };
  const source = new EventSource(world, stream, functions.aggregate, limits);
  await run({ scenario, world, violations, stream, dynamo, kinesis, ledger, functions, source });
  return {
    violations: violations.found,
    counts: world.faults.counts,
    fired: world.faults.fired,
    events: scenario.actions.reduce((sum, action) => sum + eventsOf(action), 0),
    lasted: world.scheduler.now - START,
  };
}
