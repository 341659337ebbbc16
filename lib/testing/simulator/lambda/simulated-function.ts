import { Container } from '../container.ts';
import type { World } from '../world.ts';

/** What a container's code is called with. */
export interface InvocationContext {
  getRemainingTimeInMillis(): number;
}

/** A function's code, started in a container. */
export type Code<E, A> = (event: E, context: InvocationContext) => Promise<A>;

/** The result of an invocation for its caller; `undefined`: it failed, or the outcome is unknown. */
export type Settled<A> = (answer: A | undefined, error?: unknown) => void;

interface Warm<E, A> {
  readonly container: Container;
  readonly code: Code<E, A>;
  readonly version: string;
  busy: boolean;
  failed: (() => void) | undefined;
}

/** A Lambda function: containers that serve one invocation at a time, and die, freeze and come back. */
export class SimulatedFunction<E, A> {
  down = false;
  readonly name: string;
  readonly #world: World;
  readonly #timeout: number;
  readonly #start: (container: Container) => { readonly code: Code<E, A>; readonly version: string };
  readonly #currentVersion: () => string;
  readonly #onError: (container: string, error: unknown) => void;
  #warm: Warm<E, A>[] = [];
  #started = 0;

  /**
   * @param options.timeout milliseconds
   * @param options.start loads the code as it is deployed now
   */
  constructor(
    world: World,
    options: {
      readonly name: string;
      readonly timeout: number;
      readonly start: (container: Container) => { readonly code: Code<E, A>; readonly version: string };
      readonly version: () => string;
      /** told of what the code throws */
      readonly onError: (container: string, error: unknown) => void;
    },
  ) {
    this.#world = world;
    this.name = options.name;
    this.#timeout = options.timeout;
    this.#start = options.start;
    this.#currentVersion = options.version;
    this.#onError = options.onError;
  }

  /** Calls it; `settled` is called once. */
  invoke(event: E, settled: Settled<A>): void {
    const { scheduler, faults } = this.#world;
    let over = false;
    const settle: Settled<A> = (answer, error) => {
      if (over) return;
      over = true;
      settled(answer, error);
    };
    if (this.down) {
      scheduler.after(scheduler.between(20, 200), () => settle(undefined, new Error('the function is throttled')));
      return;
    }
    const warm = this.#container();
    const begun = scheduler.now;
    const end = begun + this.#timeout;
    let finished = false;
    const finish = (answer: A | undefined, error?: unknown): void => {
      if (finished) return;
      finished = true;
      warm.busy = false;
      warm.failed = undefined;
      if (over) faults.count('zombie');
      if (answer !== undefined && faults.fires('invocation lost')) {
        this.#world.say(warm.container.name, 'its answer is lost');
        scheduler.at(end, () => settle(undefined, new Error('no answer')));
        return;
      }
      scheduler.after(scheduler.between(1, 5), () => settle(answer, error));
    };
    warm.failed = () => finish(undefined, new Error('the container ended'));
    const context = { getRemainingTimeInMillis: () => Math.max(0, end - scheduler.now) };
    warm.container.resume(scheduler.now + scheduler.between(1, 5), () => {
      warm.code(event, context).then(
        (answer) => finish(answer),
        (error: unknown) => {
          this.#onError(warm.container.name, error);
          finish(undefined, error);
        },
      );
    });
    scheduler.at(end, () => {
      if (finished) return;
      faults.count('timed out');
      settle(undefined, new Error('timed out'));
      // A service that has lost the connection to a machine cannot stop what runs there.
      if (this.#world.dice.uniform() < 0.5) warm.container.die('timed out');
    });
  }

  #container(): Warm<E, A> {
    const { faults, dice } = this.#world;
    const version = this.#currentVersion();
    const idle = this.#warm.filter((warm) => !warm.busy && warm.version === version && warm.container.thawsAt <= this.#world.scheduler.now);
    const cold = idle.length === 0 || faults.fires('cold start');
    const warm = cold ? this.#fresh() : dice.pick(idle);
    warm.busy = true;
    return warm;
  }

  #fresh(): Warm<E, A> {
    const container = new Container(this.#world, `${this.name}-${++this.#started}`, () => {
      this.#warm = this.#warm.filter((other) => other !== warm);
      warm.failed?.();
    });
    const { code, version } = this.#start(container);
    const warm: Warm<E, A> = { container, code, version, busy: false, failed: undefined };
    this.#warm.push(warm);
    if (this.#started > 1) this.#world.faults.count('cold start');
    return warm;
  }
}
