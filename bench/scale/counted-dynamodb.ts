import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoStore } from '../../lib/aws/dynamodb/dynamo-store.ts';
import { resultsTableSchema, stateTableSchema } from '../../lib/aws/dynamodb/tables.ts';
import type { Meter, Store } from '../../lib/store/ports.ts';
import { COMMANDS } from '../../lib/testing/simulator/dynamodb/commands.ts';
import { SimulatedTable } from '../../lib/testing/simulator/dynamodb/table.ts';
import type { VirtualTime } from './virtual-time.ts';

const STATE_TABLE = 'state';
const RESULTS_TABLE = 'results';
/** What an answer of DynamoDB holds at most. */
const ANSWER_BYTES = 1024 * 1024;

/** The requests to DynamoDB. */
export class Counted implements Meter {
  /** requests as they are sent: of a query that takes two answers, two */
  requests = 0;
  reads = 0;
  writes = 0;

  add({ reads, writes }: { readonly operation: string; readonly reads: number; readonly writes: number }): void {
    this.reads += reads;
    this.writes += writes;
  }
}

/** The store's real code over tables in memory: every request takes the same virtual time, and is counted. */
export class CountedDynamo {
  readonly #time: VirtualTime;
  readonly #latency: number;
  readonly #state: SimulatedTable;
  readonly #results: SimulatedTable;

  /** @param latency milliseconds from sending a request to its answer */
  constructor(time: VirtualTime, latency: number) {
    this.#time = time;
    this.#latency = latency;
    const now = (): number => time.now;
    this.#state = new SimulatedTable(stateTableSchema(STATE_TABLE), now, () => {});
    this.#results = new SimulatedTable(resultsTableSchema(RESULTS_TABLE), now, () => {});
  }

  /** A store as one function's container has it. */
  store(counted: Counted): Store {
    const circumstances = {
      table: (name: string | undefined) => (name === STATE_TABLE ? this.#state : this.#results),
      readAt: () => this.#time.now,
      done: (count: number) => count,
      pageBytes: ANSWER_BYTES,
      onConflict: () => {},
    };
    const send = async (command: { readonly input: unknown; readonly constructor: { readonly name: string } }): Promise<unknown> => {
      counted.requests++;
      await this.#time.wait(this.#latency);
      const serve = COMMANDS[command.constructor.name as keyof typeof COMMANDS] as (...of: readonly unknown[]) => unknown;
      return serve(circumstances, command.input);
    };
    const client = { send } as unknown as DynamoDBClient;
    return createDynamoStore({ client, stateTable: STATE_TABLE, resultsTable: RESULTS_TABLE }).metered(counted);
  }
}
