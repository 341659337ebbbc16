import { randomUUID } from 'node:crypto';
import type { HoldsKey } from '../core/partition-key.ts';
import type { Plan, StreamPlan, ViewPlan } from '../plan/plan.ts';
import type { Store, TaskId } from '../store/ports.ts';
import type { DecodedRecord } from './decoded-record.ts';
import { LIMITS, type Limits } from './limits.ts';
import type { ShardSource } from './shard-source.ts';
import { StateCache } from './state-cache.ts';

/** Everything the runtime works with: an application, where its state is, and the outside world behind ports. */
export interface Runtime {
  readonly plan: Plan;
  readonly store: Store;
  readonly shards: ShardSource;
  readonly clock: Clock;
  /** returns an identifier that no other call ever returns */
  readonly nonce: () => string;
  /** the deployed version: outcomes of other versions do not count for the breaker */
  readonly version: string;
  /**
   * Processes a single record in isolation (a worker with heap and time limits): `dies` if it crashes the worker.
   * Without this, a record that crashes the process is retried for ever.
   */
  readonly trial: ((stream: string, record: DecodedRecord) => Promise<'survives' | 'dies'>) | undefined;
  readonly cache: StateCache;
  /** when each stream's identity was last verified */
  readonly identified: Map<string, number>;
  /** by task name, where the breaker last refused a batch of it and when that was noted */
  readonly refusals: Map<string, { readonly after: string; readonly at: number }>;
  /** by task name, which partition keys belong to the task's shard */
  readonly holdsKey: Map<string, HoldsKey>;
  readonly limits: Limits;
}

/** Returns the time in milliseconds since the epoch. */
export interface Clock {
  now(): number;
}

/** What {@link createRuntime} needs; the rest has defaults. */
export interface RuntimeOptions {
  readonly plan: Plan;
  readonly store: Store;
  readonly shards: ShardSource;
  readonly clock?: Clock;
  readonly nonce?: () => string;
  readonly version?: string;
  readonly trial?: Runtime['trial'];
  /** bytes of task states kept in memory; default 256 MiB */
  readonly cacheBytes?: number;
  readonly limits?: Limits;
}

/** Makes a runtime. One per process: it keeps the states of tasks between batches. */
export function createRuntime(options: RuntimeOptions): Runtime {
  const clock = options.clock ?? { now: Date.now };
  return {
    plan: options.plan,
    store: options.store,
    shards: options.shards,
    clock,
    nonce: options.nonce ?? randomUUID,
    version: options.version ?? '',
    trial: options.trial,
    cache: new StateCache(options.cacheBytes ?? 256 * 1024 * 1024, () => clock.now()),
    identified: new Map(),
    refusals: new Map(),
    holdsKey: new Map(),
    limits: options.limits ?? LIMITS,
  };
}

/** The same runtime for work that scans the states of all of a stream's tasks: see {@link StateCache}. */
export function scanning(runtime: Runtime): Runtime {
  return { ...runtime, cache: runtime.cache.scan() };
}

/** A task of the runtime's application. */
export function taskId(runtime: Runtime, stream: string, shard: string): TaskId {
  return { application: runtime.plan.name, stream, shard };
}

/** The name of a task in messages. */
export function taskName(task: TaskId): string {
  return `${task.stream}/${task.shard}`;
}

/** A shard's number, e.g. 12 for `shardId-000000000012`; it breaks ties between shards. */
export function shardNumber(shard: string): number {
  const digits = /\d+$/.exec(shard)?.[0] ?? '';
  return digits === '' ? 0 : Number(digits.slice(-12));
}

/** @throws Error if the application has no such stream, which is a bug in the caller */
export function streamPlan(runtime: Runtime, stream: string): StreamPlan {
  const found = runtime.plan.streams.find((s) => s.name === stream);
  if (!found) throw new Error(`application "${runtime.plan.name}" has no stream "${stream}"`);
  return found;
}

/** The views that read a stream. */
export function viewsOf(runtime: Runtime, stream: string): readonly ViewPlan[] {
  return runtime.plan.views.filter((view) => view.stream === stream);
}
