import type { Instant } from '../core/instant.ts';
import type { Stream } from './stream.ts';

/** A source of random values; equal seeds give equal values. */
export interface Random {
  /** from 0 up to, not including, 1 */
  uniform(): number;
  /** exponentially distributed: the time to the next of independent events, with the given mean */
  exponential(mean: number): number;
  /** Poisson distributed: the number of independent events, with the given mean */
  poisson(mean: number): number;
  /** normally distributed */
  normal(mean: number, standardDeviation: number): number;
  /** one of the items, with probabilities in proportion to the weights; equally likely without weights */
  pick<T>(items: readonly T[], weights?: readonly number[]): T;
  /** a whole number from 0 up to, not including, `below` */
  integer(below: number): number;
}

/** The options of a generator. */
export interface GeneratorOptions<E> {
  /** the mean rate in events per second; arrivals are independent of each other (a Poisson process) */
  readonly eventsPerSecond: number;
  /** returns an event as a producer would send it; `now` is its arrival in milliseconds since 1970 */
  readonly event: (random: Random, now: Instant) => E;
}

/** Generated events of a stream, for running an application locally. */
export interface Generator<E = unknown> extends GeneratorOptions<E> {
  readonly kind: 'generator';
  /** the stream's name */
  readonly stream: string;
}

/**
 * Defines generated events for a stream. `millrace dev` puts them if the application's file exports the result as `generator`.
 *
 * @example
 * ```ts
 * const clickGenerator = generator(clicks, {
 *   eventsPerSecond: 20,
 *   event: (random, now) => ({ page: random.pick(['/', '/cart']), ms: random.exponential(300), at: new Date(now).toISOString() }),
 * });
 * export { clickGenerator as generator };
 * ```
 */
export function generator<I, T>(stream: Stream<I, T>, options: GeneratorOptions<NoInfer<I>>): Generator<I> {
  return Object.freeze({ kind: 'generator', stream: stream.name, eventsPerSecond: options.eventsPerSecond, event: options.event });
}
