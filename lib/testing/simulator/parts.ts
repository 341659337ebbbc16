import type { Ledger } from './audit/ledger.ts';
import type { Violations } from './audit/violations.ts';
import type { SimulatedDynamo } from './dynamodb/simulated-dynamodb.ts';
import type { SimulatedKinesis } from './kinesis/simulated-kinesis.ts';
import type { SimulatedStream } from './kinesis/simulated-stream.ts';
import type { EventSource } from './lambda/event-source.ts';
import type { Functions } from './lambda/functions.ts';
import type { Scenario } from './scenario/scenario.ts';
import type { World } from './world.ts';

/** The parts of a run. */
export interface Parts {
  readonly scenario: Scenario;
  readonly world: World;
  readonly violations: Violations;
  readonly stream: SimulatedStream;
  readonly dynamo: SimulatedDynamo;
  readonly kinesis: SimulatedKinesis;
  readonly ledger: Ledger;
  readonly functions: Functions;
  readonly source: EventSource;
}
