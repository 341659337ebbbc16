import type { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { resultsTableSchema, stateTableSchema } from '../../../aws/dynamodb/tables.ts';
import type { Container } from '../container.ts';
import { send } from '../request.ts';
import type { World } from '../world.ts';
import { type Circumstances, COMMANDS } from './commands.ts';
import { MOST_STALE, SimulatedTable, type Watcher } from './table.ts';

export const STATE_TABLE = 'sim-state';
export const RESULTS_TABLE = 'sim-results';

type Serve = (circumstances: Circumstances, input: unknown) => unknown;

/** DynamoDB as far as the store uses it: two tables, and everything that may happen to a request. */
export class SimulatedDynamo {
  readonly state: SimulatedTable;
  readonly results: SimulatedTable;
  down = false;
  readonly #world: World;
  readonly #circumstances: Circumstances;

  constructor(world: World, pageBytes: number, watch: Watcher) {
    this.#world = world;
    const now = (): number => world.scheduler.now;
    this.state = new SimulatedTable(stateTableSchema(STATE_TABLE), now, watch);
    this.results = new SimulatedTable(resultsTableSchema(RESULTS_TABLE), now, watch);
    this.#circumstances = {
      table: (name) => (name === STATE_TABLE ? this.state : this.results),
      readAt: (consistent) => (!consistent && world.faults.fires('stale read') ? now() - world.dice.integer(MOST_STALE) : now()),
      done: (count) => (world.faults.fires('items unprocessed') ? world.dice.integer(count) : count),
      pageBytes,
      onConflict: () => world.faults.count('write conflict'),
    };
  }

  /** A client in a container. */
  client(container: Container): DynamoDBClient {
    const client = {
      send: (command: PutItemCommand) => {
        const { name } = command.constructor;
        const serve = (COMMANDS as Readonly<Record<string, Serve>>)[name];
        if (!serve) throw new Error(`the simulated DynamoDB does not know ${name}`);
        // What the command itself has done before each attempt, as the SDK's own steps come around it.
        const sent = command.middlewareStack.resolve(() => Promise.resolve({} as never), {});
        const before = (): void => void sent({ input: command.input });
        const operation = name.replace('Command', '');
        return send(
          this.#world,
          container,
          () => this.down,
          operation,
          () => serve(this.#circumstances, command.input),
          before,
        );
      },
    };
    return client as unknown as DynamoDBClient;
  }

  /** Deletes some of what has expired, as DynamoDB does, in no order. */
  expire(share: number): void {
    for (const table of [this.state, this.results]) {
      for (const item of table.expired()) {
        if (this.#world.dice.uniform() >= share) continue;
        this.#world.faults.count('item expired');
        table.delete(item);
      }
    }
  }
}
