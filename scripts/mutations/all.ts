import { AGGREGATE_MUTATIONS } from './aggregates.ts';
import { DERIVED_MUTATIONS } from './derived.ts';
import { DUPLICATE_MUTATIONS } from './duplicates.ts';
import { EVENT_MUTATIONS } from './events.ts';
import { KEY_WINDOW_MUTATIONS } from './key-windows.ts';
import { LOG_MUTATIONS } from './log.ts';
import type { Mutation } from './mutation.ts';
import { RESULT_MUTATIONS } from './results.ts';
import { TIME_MUTATIONS } from './time.ts';

/** Every way in which `npm run simulate:mutations` breaks the code. */
export const MUTATIONS: readonly Mutation[] = [
  ...LOG_MUTATIONS,
  ...TIME_MUTATIONS,
  ...RESULT_MUTATIONS,
  ...KEY_WINDOW_MUTATIONS,
  ...EVENT_MUTATIONS,
  ...DERIVED_MUTATIONS,
  ...AGGREGATE_MUTATIONS,
  ...DUPLICATE_MUTATIONS,
];
