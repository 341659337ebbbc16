import type { Limits } from '../../../runtime/limits.ts';
import type { FaultRates } from '../faults.ts';
import type { ApplicationSpec, Payload } from '../oracle/spec.ts';

/** The contents of a stream: events and invalid data. */
export type Content = Payload | 'garbage' | 'no event';

/** What a producer puts. */
export interface Put {
  readonly at: number;
  readonly do: 'put';
  readonly partitionKey: string;
  readonly holds: readonly Content[];
  readonly gzip: boolean;
  /** the text whose hash is the explicit hash key, if the producer sets one */
  readonly hashOf?: string;
}

/** An action of the environment, milliseconds after the start. */
export type Action = { readonly at: number } & (
  | Put
  | { readonly do: 'put together'; readonly by: 'library' | 'others'; readonly records: readonly Put[] }
  | { readonly do: 'reshard'; readonly how: 'split' | 'merge' | 'double'; readonly which: number }
  | { readonly do: 'outage'; readonly of: 'aggregate' | 'merge' | 'kinesis' | 'dynamodb'; readonly for: number }
  | { readonly do: 'deploy'; readonly version: string; readonly broken: 'no' | 'every event' | 'start' }
);

/** All inputs of a run. */
export interface Scenario {
  readonly seed: number;
  readonly kind: 'any' | 'backlog' | 'poison' | 'bad deploy';
  readonly application: ApplicationSpec;
  readonly shards: number;
  /** the number from which sequence numbers rise */
  readonly firstSequence: string;
  readonly batchSize: number;
  /** milliseconds */
  readonly batchWindow: number;
  readonly tickEvery: number;
  readonly followEvery: number;
  readonly cacheBytes: number;
  readonly limits: Limits;
  /** bytes of a body above which it is kept in pieces, and of a query's answer */
  readonly pieceBytes: number;
  readonly answerBytes: number;
  /** milliseconds records are kept; undefined: for ever */
  readonly retention: number | undefined;
  readonly clients: number;
  /** milliseconds by which a container's clock is ahead of Kinesis's or behind it, at most; default 0 */
  readonly clockSkew?: number;
  readonly rates: FaultRates;
  /** by time */
  readonly actions: readonly Action[];
  /** restricts the randomly drawn faults to these */
  readonly only?: readonly string[];
}
