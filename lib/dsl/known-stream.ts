import type { StreamPlan } from '../plan/plan.ts';
import type { StreamDefinition } from './definition.ts';

/** A stream of an application that is being compiled. */
export interface KnownStream {
  readonly definition: StreamDefinition;
  readonly plan: StreamPlan;
}
