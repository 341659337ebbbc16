import type { Container } from './container.ts';
import type { World } from './world.ts';

/** A service as it refuses requests. */
export interface Service {
  readonly name: string;
  /** down now? */
  readonly isDown: () => boolean;
  readonly throttled: () => Error;
  readonly serverError: () => Error;
}

/** What the SDK's clients are set to: see `createDynamoClient`. */
const ATTEMPTS = 4;
const TIMEOUT = 5_000;
const FIRST_BACKOFF = 100;
/** A signature is good for so long (AWS General Reference, Signature Version 4): what arrives later does nothing. */
const SIGNATURE_LIFE = 300_000;

/**
 * Sends a request as the SDK does: up to four times, each with a timeout. Whatever can happen on the way does: it may never
 * arrive, arrive when its sender has long given it up, take effect without an answer, be refused.
 *
 * @param serve does at the service what is asked; what it throws is answered
 * @param before called before each attempt; what it throws ends it
 */
export function send<T>(
  world: World,
  container: Container,
  service: Service,
  operation: string,
  serve: () => T,
  before: () => void = () => {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    attempt(world, container, service, operation, { serve, before }, 1, resolve, reject);
  });
}

function attempt<T>(
  world: World,
  container: Container,
  service: Service,
  operation: string,
  { serve, before }: { readonly serve: () => T; readonly before: () => void },
  number: number,
  resolve: (answer: T) => void,
  reject: (error: unknown) => void,
): void {
  const { scheduler, faults, say } = world;
  if (container.dead) return;
  try {
    before();
  } catch (error) {
    reject(error);
    return;
  }
  let over = false;
  const answer = (error: Error | undefined, retry: boolean, value?: T): void => {
    if (over) return;
    over = true;
    if (error === undefined) resolve(value as T);
    else if (!retry || number === ATTEMPTS) reject(error);
    else {
      const wait = scheduler.between(0, FIRST_BACKOFF * 2 ** number);
      container.resume(scheduler.now + wait, () =>
        attempt(world, container, service, operation, { serve, before }, number + 1, resolve, reject),
      );
    }
  };
  scheduler.after(TIMEOUT, () => {
    if (!over) container.resume(scheduler.now, () => answer(timeoutError(), true));
  });
  if (faults.fires('request lost')) {
    say(container.name, `${operation} never arrives`);
    return;
  }
  const delayed = faults.fires('request delayed');
  const arrival = scheduler.now + (delayed ? TIMEOUT + scheduler.between(0, 60_000) : scheduler.between(1, 8));
  const back = (error: Error | undefined, retry: boolean, value?: T): void => {
    container.resume(scheduler.now + scheduler.between(1, 8), () => answer(error, retry, value));
  };
  const sentAt = scheduler.now;
  const arrive = (): void => {
    if (scheduler.now - sentAt > SIGNATURE_LIFE) {
      say(container.name, `${operation} arrives with a signature that has expired`);
      return;
    }
    if (service.isDown()) {
      back(service.serverError(), true);
      return;
    }
    if (faults.fires('throttled')) {
      back(service.throttled(), true);
      return;
    }
    if (faults.fires('server error')) {
      back(service.serverError(), true);
      return;
    }
    let value: T;
    try {
      value = serve();
    } catch (error) {
      back(error as Error, isRetried(error));
      return;
    }
    if (faults.fires('answer lost')) {
      say(container.name, `answer of ${operation} lost`);
      return;
    }
    if (faults.fires('error after effect')) {
      say(container.name, `${operation} took effect, answered by an error`);
      back(service.serverError(), true);
      return;
    }
    back(undefined, false, value);
  };
  scheduler.at(arrival, () => {
    // What a frozen process has written to a socket may leave the machine only once it runs again.
    if (!container.dead && container.thawsAt > scheduler.now && faults.fires('thawed write')) {
      scheduler.at(container.thawsAt + scheduler.between(0, 20), arrive);
    } else arrive();
  });
}

/** What the SDK tries again. */
function isRetried(error: unknown): boolean {
  const { name } = error as Error;
  return name === 'ProvisionedThroughputExceededException' || name === 'ThrottlingException' || name === 'InternalServerError';
}

function timeoutError(): Error {
  return Object.assign(new Error('no answer in time'), { name: 'TimeoutError' });
}
