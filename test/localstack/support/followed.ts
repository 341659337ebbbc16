import type { MillraceClient } from '../../../lib/client/client.ts';

// biome-ignore lint/suspicious/noExplicitAny: of whichever application
type Client = MillraceClient<any>;

/** How many events an application has taken, late and dead ones among them. */
export async function countedEvents(client: Client): Promise<number> {
  const { streams } = await client.health();
  return streams.flatMap(({ shards }) => shards).reduce((sum, { events }) => sum + events, 0);
}

/** How many windows of a view are final. */
export async function finalWindows(client: Client, view: string): Promise<number> {
  return (await client.windows(view).toArray()).filter(({ final }) => final).length;
}
