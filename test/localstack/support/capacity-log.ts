import type { ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What requests of a client consumed, by the word of the endpoint. */
export class CapacityLog {
  #reads = 0;
  #writes = 0;

  /** Has a client ask for the units with every request it sends. */
  static of(client: DynamoDBClient): CapacityLog {
    const log = new CapacityLog();
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          Object.assign(args.input, { ReturnConsumedCapacity: 'INDEXES' });
          const result = await next(args);
          log.#add(commandName ?? '', result.output as { ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] });
          return result;
        },
      { step: 'initialize' },
    );
    return log;
  }

  /** What was consumed since last asked. */
  take(): { readonly reads: number; readonly writes: number } {
    const taken = { reads: this.#reads, writes: this.#writes };
    [this.#reads, this.#writes] = [0, 0];
    return taken;
  }

  #add(command: string, { ConsumedCapacity = [] }: { ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] }): void {
    const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
    if (/Get|Query/.test(command)) this.#reads += units;
    else this.#writes += units;
  }
}
