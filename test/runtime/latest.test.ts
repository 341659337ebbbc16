import fc from 'fast-check';
import { expect, it } from 'vitest';
import { windowingOf } from '../../lib/core/window-kinds.ts';
import { follow } from '../../lib/runtime/follow.ts';
import { createRuntime, taskId, taskName } from '../../lib/runtime/runtime.ts';
import { bagPlan, bagView } from '../support/views.ts';
import { checkpointed, deliver, World } from './world.ts';

const SHARD = 'shardId-000000000000';
const view = { ...bagView({ kind: 'latest' } as never, 0, 'latest'), aggregates: [] };
const plan = bagPlan([view], { maxOutOfOrderness: 2_000 });

it('a kind of its own goes through commits, checkpoints and restarts like any other', async () => {
  const action = fc.record({ k: fc.constantFrom('a', 'b', 'c'), at: fc.nat(100), next: fc.constantFrom('go on', 'checkpoint', 'restart') });
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 20 }), async (actions) => {
      const world = new World(1, plan);
      let runtime = world.process();
      const latest = new Map<string, number>();
      for (const [i, { k, at, next }] of actions.entries()) {
        world.send(SHARD, k, at);
        latest.set(k, Math.max(at, latest.get(k) ?? 0));
        await deliver(world, runtime, SHARD, i, 1);
        if (next === 'checkpoint') await checkpointed(runtime, SHARD);
        if (next === 'restart') runtime = world.process();
      }
      const task = taskId(runtime, 'events', SHARD);
      const fresh = createRuntime({ ...runtime, trial: undefined });
      const { state } = await fresh.cache.exclusive(taskName(task), () => follow(fresh, fresh.store, task));
      const expected = windowingOf(view).create();
      expected.add(
        Array.from(latest, ([key, time]) => ({ key, time })),
        () => {},
      );
      const held = state.views.get('latest')?.held;
      expect(held ?? windowingOf(view).create()).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});
