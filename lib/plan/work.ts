// What expressions do for one row has no bound of its own: a text made of ten thousand others, a pattern looked for in it. Who evaluates
// what somebody else wrote counts that work. Evaluation does not wait for anything, so there is one meter at a time.

/** Told of work before more is done, in characters looked at or made; throws when that is too much. */
export type WorkMeter = (characters: number) => void;

let meter: WorkMeter | undefined;

/** Evaluates with a meter. */
export function metered<T>(tell: WorkMeter, evaluate: () => T): T {
  const before = meter;
  meter = tell;
  try {
    return evaluate();
  } finally {
    meter = before;
  }
}

/** Whether somebody counts. */
export function isMetered(): boolean {
  return meter !== undefined;
}

/** Counts work, if somebody does. */
export function worked(characters: number): void {
  meter?.(characters);
}

/** Counts values that a function takes or gives: their characters. */
export function workedOn(values: readonly unknown[], times = 1): void {
  if (!meter) return;
  let characters = 0;
  for (const value of values) if (typeof value === 'string') characters += value.length;
  if (characters > 0) meter(characters * times);
}
