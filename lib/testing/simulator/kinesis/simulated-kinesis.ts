import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { Container } from '../container.ts';
import { send } from '../request.ts';
import type { World } from '../world.ts';
import { KinesisCommands } from './commands.ts';
import type { SimulatedStream } from './simulated-stream.ts';

type Serve = (input: unknown) => unknown;

/** Kinesis with one stream, as its readers see it. */
export class SimulatedKinesis {
  down = false;
  readonly #world: World;
  readonly #commands: KinesisCommands;

  constructor(world: World, stream: SimulatedStream) {
    this.#world = world;
    this.#commands = new KinesisCommands(world, stream);
  }

  /** A client in a container. */
  client(container: Container): KinesisClient {
    const client = {
      send: (command: { readonly constructor: { readonly name: string }; readonly input: unknown }) => {
        const { name } = command.constructor;
        const serve = (this.#commands as unknown as Readonly<Record<string, Serve>>)[name];
        if (!serve) throw new Error(`the simulated Kinesis does not know ${name}`);
        return send(
          this.#world,
          container,
          () => this.down,
          name.replace('Command', ''),
          () => serve.call(this.#commands, command.input),
        );
      },
    };
    return client as unknown as KinesisClient;
  }
}
