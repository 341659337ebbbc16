/** How long it is waited for what must come, on a machine that has other things to do; and how often it is looked. */
export const PATIENCE = { timeout: 240_000, interval: 1000 };
