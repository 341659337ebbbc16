import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What sends commands. */
export type Sender = Pick<DynamoDBClient, 'send'>;

/**
 * The same client with a bound on how many commands are under way at once; the others wait in order. A command that waits has not been
 * sent, so its timeouts have not begun and what is checked before sending is checked after the wait.
 *
 * @param most commands at once, retries of the SDK included: no more than the client has sockets, or they wait there and time out
 */
export function limitedClient(client: Sender, most: number): Sender {
  const waiting: (() => void)[] = [];
  let underWay = 0;
  const send = async (command: Parameters<Sender['send']>[0]): Promise<unknown> => {
    // A slot that is given back goes to the first that waits.
    if (underWay < most) underWay++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await client.send(command);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else underWay--;
    }
  };
  return { send } as Sender;
}
