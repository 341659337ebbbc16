import { MillraceError } from '../../lib/core/errors.ts';
import type { Store } from '../../lib/store/ports.ts';

/** What happens to one call: it goes through, never arrives, or arrives and its answer is lost. */
export type Fate = 'ok' | 'refused' | 'answer lost';

/**
 * A store whose every call waits at a gate before it is sent and again before its answer is seen, so that a test decides
 * how the calls of several callers interleave and which of them fail.
 */
export function gatedStore(store: Store, gate: (call: string) => Promise<void>, fate: (call: string) => Fate = () => 'ok'): Store {
  const guard = <T extends object>(port: T, name: string): T =>
    new Proxy(port, {
      get(target, property) {
        const method: unknown = Reflect.get(target, property);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          const call = `${name}.${String(property)}`;
          await gate(call);
          const what = fate(call);
          if (what === 'refused') throw new MillraceError('unavailable', `${call} was refused`);
          const answer: unknown = await method.apply(target, args);
          await gate(call);
          if (what === 'answer lost') throw new MillraceError('unavailable', `the answer of ${call} was lost`);
          return answer;
        };
      },
    });
  return {
    metered: (meter) => gatedStore(store.metered(meter), gate, fate),
    log: guard(store.log, 'log'),
    checkpoints: guard(store.checkpoints, 'checkpoints'),
    tasks: guard(store.tasks, 'tasks'),
    results: guard(store.results, 'results'),
  };
}

/** Whether a piece of work got through; that the store did not answer is no failure. */
export async function gotThrough(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof MillraceError && error.code === 'unavailable') return false;
    throw error;
  }
}
