import type { Container } from './container.ts';
import type { World } from './world.ts';

/** The settings of the SDK's clients: see `createDynamoClient`. */
const ATTEMPTS = 4;
const TIMEOUT = 5_000;
const FIRST_BACKOFF = 100;
/** A signature is good for so long (AWS General Reference, Signature Version 4): what arrives later does nothing. */
const SIGNATURE_LIFE = 300_000;

/**
 * Sends a request like the SDK: up to four attempts, each with a timeout. All network faults can happen: the request may never
 * arrive, arrive after its sender has timed out, take effect without a response, or be rejected.
 *
 * @param isDown whether the service is down when it arrives
 * @param serve executes the request at the service; an error it throws is the response
 * @param before called before each attempt; an error it throws ends the request
 */
export function send<T>(
  world: World,
  container: Container,
  isDown: () => boolean,
  operation: string,
  serve: () => T,
  before: () => void = () => {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    attempt(world, container, isDown, operation, { serve, before }, 1, resolve, reject);
  });
}

function attempt<T>(
  world: World,
  container: Container,
  isDown: () => boolean,
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
        attempt(world, container, isDown, operation, { serve, before }, number + 1, resolve, reject),
      );
    }
  };
  scheduler.after(TIMEOUT, () => {
    if (!over) container.resume(scheduler.now, () => answer(named('TimeoutError', 'no answer in time'), true));
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
    if (isDown()) {
      back(named('InternalServerError'), true);
      return;
    }
    if (faults.fires('throttled')) {
      back(named('ProvisionedThroughputExceededException'), true);
      return;
    }
    if (faults.fires('server error')) {
      back(named('InternalServerError'), true);
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
      back(named('InternalServerError'), true);
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

/** The errors that the SDK retries. */
function isRetried(error: unknown): boolean {
  const { name } = error as Error;
  return name === 'ProvisionedThroughputExceededException' || name === 'ThrottlingException' || name === 'InternalServerError';
}

function named(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}
