import type { Store } from '../../lib/store/ports.ts';

/** A store that counts how often its caller waited for it: calls on their way together are one round trip. */
export class RoundTrips {
  #count = 0;
  #underWay = 0;

  /** How many there were since last asked. */
  take(): number {
    const count = this.#count;
    this.#count = 0;
    return count;
  }

  /** The store, counted. */
  of(store: Store): Store {
    return {
      metered: (meter) => this.of(store.metered(meter)),
      log: this.#counted(store.log),
      checkpoints: this.#counted(store.checkpoints),
      tasks: this.#counted(store.tasks),
      results: this.#counted(store.results),
    };
  }

  #counted<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, property) => {
        const method: unknown = Reflect.get(target, property);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          if (this.#underWay++ === 0) this.#count++;
          try {
            return await method.apply(target, args);
          } finally {
            this.#underWay--;
          }
        };
      },
    });
  }
}
