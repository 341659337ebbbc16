import type { World } from './world.ts';

/**
 * A process of the code under test. It runs only when the simulation resumes it: at the end of a wait, it may be
 * dead, frozen until later, or be killed or frozen at that moment.
 */
export class Container {
  readonly name: string;
  readonly #world: World;
  readonly #onDeath: (why: string) => void;
  #dead = false;
  #thawsAt = 0;

  constructor(world: World, name: string, onDeath: (why: string) => void) {
    this.#world = world;
    this.name = name;
    this.#onDeath = onDeath;
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Until when it is frozen; in the past if it is not. */
  get thawsAt(): number {
    return this.#thawsAt;
  }

  /** Resumes at an instant, or when it is thawed, if it is still alive. */
  resume(at: number, run: () => void): void {
    const { scheduler, faults, say } = this.#world;
    scheduler.at(at, () => {
      if (this.#dead) return;
      if (this.#thawsAt > scheduler.now) {
        this.resume(this.#thawsAt, run);
        return;
      }
      if (faults.fires('killed')) {
        this.die('killed');
        return;
      }
      if (faults.fires('frozen')) {
        const ms = this.#world.freezeTime();
        this.#thawsAt = scheduler.now + ms;
        say(this.name, `frozen for ${ms} ms`);
        this.resume(this.#thawsAt, run);
        return;
      }
      this.enter(run);
    });
  }

  /** Runs a part of it at once. */
  enter(run: () => void): void {
    this.#world.running = this;
    this.#world.scheduler.wake();
    run();
  }

  /** Kills it. Requests it has sent may still arrive. */
  die(why: string): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#world.say(this.name, why);
    this.#onDeath(why);
  }
}
