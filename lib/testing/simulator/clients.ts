import { Client } from './audit/client.ts';
import { DerivedClient, type DerivedReading, readDerived } from './audit/derived-client.ts';
import type { Finals } from './audit/finals.ts';
import { ask } from './audit/reading.ts';
import type { Query } from './lambda/functions.ts';
import type { Parts } from './parts.ts';

/** A client's query, and how it checks the answer. */
interface Turn<A> {
  readonly query: (...given: Parameters<Query>) => Promise<A>;
  readonly receive: (answer: A) => void;
}

/** Starts the clients that query during faults. */
export function startClients(parts: Parts, finals: Finals): void {
  const { scenario, world, ledger, violations, stream } = parts;
  const { application } = scenario;
  const isClosed = (shard: string): boolean => stream.shards.get(shard)?.closedAt !== undefined;
  for (let i = 1; i <= scenario.clients; i++) {
    const client = new Client(`client-${i}`, world, application.views, { ledger, violations, finals, isClosed });
    goOn(parts, () => {
      const { view, question, asOf } = client.next();
      return { query: (reader) => ask(reader, view.name, question, asOf), receive: (answer) => client.receive(view, question, answer) };
    });
  }
  if (application.derived.length === 0) return;
  const client = new DerivedClient('client-derived', world, application, violations, finals);
  const turn = (): Turn<DerivedReading> => {
    const { view, before } = client.next();
    return {
      query: (reader) => readDerived(reader, view.name, { asOf: before?.asOf }),
      receive: (answer) => client.receive(view, before, answer),
    };
  };
  goOn(parts, turn);
  // Answers over several reads are most at risk while windows become final.
  let asking = false;
  parts.functions.whenMerging(() => {
    if (world.faults.calm || asking) return;
    asking = true;
    world.scheduler.after(world.scheduler.between(0, 2000), () =>
      askOnce(parts, turn(), () => {
        asking = false;
      }),
    );
  });
}

function goOn<A>(parts: Parts, next: () => Turn<A>): void {
  const { scenario, world } = parts;
  const turn = (): void => {
    if (world.faults.calm) return;
    askOnce(parts, next(), () => {
      // Sometimes immediately: a stale read is most likely to miss what a client has just seen.
      const longest = world.dice.uniform() < 0.3 ? 300 : scenario.kind === 'backlog' ? 300_000 : 30_000;
      world.scheduler.after(world.scheduler.between(20, longest), turn);
    });
  };
  world.scheduler.after(world.scheduler.between(1, 10_000), turn);
}

function askOnce<A>({ functions }: Parts, { query, receive }: Turn<A>, then: () => void): void {
  functions.query.invoke(query, (answer) => {
    if (answer !== undefined) receive(answer as A);
    then();
  });
}
