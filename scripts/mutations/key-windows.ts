import { type Mutation, mutation } from './mutation.ts';

const MERGE = 'lib/runtime/merge-key-windows.ts';
const SESSION = 'lib/core/lateness.ts';

/** Sessions and stagger windows. */
export const KEY_WINDOW_MUTATIONS: readonly Mutation[] = [
  mutation('nothingCarriedOn', 'pending spans are lost', MERGE, 'carriedOn(view, panes, next)', 'carriedOn(view, [], next)'),
  mutation(
    'carriedAfter',
    'the boundary moves before its pending spans are written',
    MERGE,
    '    await writeCarried(',
    '    await store.tasks.raiseMergedThrough({ application, stream: view.stream }, view.name, next + allowedLateness);\n    await writeCarried(',
    'test/runtime/key-windows.test.ts',
  ),
  mutation(
    'offGrid',
    'boundaries lie wherever the watermark is',
    MERGE,
    'const last = boundaryAt(spec, to - allowedLateness);',
    'const last = to - allowedLateness;',
    'test/runtime/key-windows.test.ts',
  ),
  mutation(
    'reachesBack',
    'a late event connects an open session with one that is closed',
    SESSION,
    'reach: Math.max(time, floor) }',
    'reach: time }',
    'test/core/key-windows.test.ts',
  ),
  mutation(
    'holeInSession',
    'an event whose own session would be closed is late, even if an open session includes it',
    SESSION,
    'return isHeldOpen(held, added, end, floor) ?',
    'return isHeldOpen([], [], end, floor) ?',
    'test/core/key-windows.test.ts',
  ),
  mutation(
    'openFromReach',
    'an open session takes no event from before the lateness horizon of its first event',
    SESSION,
    'start = Math.min(start, next.start);',
    'start = Math.min(start, next.reach);',
    'test/core/key-windows.test.ts',
  ),
];
