import type { Instant } from '../core/instant.ts';
import type { Stream } from './stream.ts';

/** A source of random values; the same seed gives the same ones. */
export interface Random {
  /** from 0 up to, not including, 1 */
  uniform(): number;
  /** the time to the next of things that happen independently, once every `mean` on average */
  exponential(mean: number): number;
  /** how many such things happen when `mean` are to be expected; a whole number */
  poisson(mean: number): number;
  /** normally distributed */
  normal(mean: number, standardDeviation: number): number;
  /** one of the items, each as likely as its weight says; equally likely without weights */
  pick<T>(items: readonly T[], weights?: readonly number[]): T;
  /** a whole number from 0 up to, not including, `below` */
  integer(below: number): number;
}

/** What a generator takes. */
export interface GeneratorOptions<E> {
  /** how many events a second on average; they arrive independently of each other (a Poisson process) */
  readonly eventsPerSecond: number;
  /** makes an event as a producer would send it; `now` is its arrival in milliseconds since 1970 */
  readonly event: (random: Random, now: Instant) => E;
}

/** Events made up for a stream, for trying an application locally. */
export interface Generator<E = unknown> extends GeneratorOptions<E> {
  readonly kind: 'generator';
  /** the stream's name */
  readonly stream: string;
}

/**
 * Describes made-up events for a stream. `millrace dev` puts them when the application's file exports it as `generator`.
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
