import { describe, expect, it } from 'vitest';
import type { AlignedState } from '../../lib/core/aligned/aligned-state.ts';
import { cellAt } from '../../lib/core/aligned/cell.ts';
import { CheckpointDebt } from '../../lib/core/checkpoint-debt.ts';
import { emptyState, type TaskState, viewState } from '../../lib/core/state.ts';
import { doneState, doneTask, isDone } from '../../lib/runtime/done-tasks.ts';
import { leastWatermark } from '../../lib/runtime/merge.ts';
import type { Held } from '../../lib/runtime/state-cache.ts';
import { bagView } from '../support/views.ts';
import { TUMBLING } from './world.ts';

const VIEWS = [bagView(TUMBLING, 0, 'a')];
const MORE = [...VIEWS, bagView(TUMBLING, 0, 'b')];

type Ended = Pick<Held, 'state' | 'debt'>;

function ended(change: Partial<TaskState> = {}): Ended {
  const state = { ...emptyState(), index: 9, ended: true, watermark: 5000, children: ['left', 'right'], ...change };
  return { state, debt: new CheckpointDebt() };
}

/** A task that still holds a pane. */
function holding(): Ended {
  const task = ended();
  cellAt((viewState(task.state, bagView(TUMBLING, 0, 'a')).held as AlignedState).cells, 0, 10_000).panes.set('k', []);
  return task;
}

/** A task with an entry behind its last checkpoint. */
function uncovered(): Ended {
  const task = ended();
  task.debt.addEntry(0, 1);
  return task;
}

describe('a task is done', () => {
  const every = () => true;

  it('when it has ended, holds nothing, has a checkpoint, and its children are tasks', () => {
    expect(doneTask('parent', ended(), VIEWS, every)).toMatchObject({ shard: 'parent', stage: 'done', watermark: 5000 });
    expect(doneTask('last', ended({ children: [] }), VIEWS, every)).toMatchObject({ stage: 'done' });
  });

  it.each([
    ['goes on', ended({ ended: false })],
    ['has entries that no checkpoint covers', uncovered()],
    ['holds a pane', holding()],
  ])('not when it %s', (_, task) => {
    expect(doneTask('parent', task, VIEWS, every)).toBeUndefined();
  });

  it('not when a child is no task yet: until then it holds results back', () => {
    expect(doneTask('parent', ended(), VIEWS, (shard) => shard === 'left')).toBeUndefined();
  });

  it('only of the views that were known: of another one it may hold panes', () => {
    const done = doneTask('parent', ended(), VIEWS, every);
    if (!done) return expect.fail('it is not done');
    expect(isDone(done, VIEWS)).toBe(true);
    expect(isDone(done, MORE)).toBe(false);
    expect(isDone({ ...done, stage: 'ended' }, VIEWS)).toBe(false);
  });

  it('and then says how far a stream has come of which every shard has ended', () => {
    const done = doneTask('last', ended({ children: [] }), VIEWS, every);
    if (!done) return expect.fail('it is not done');
    expect(leastWatermark(new Map([['last', doneState(done)]]))).toBe(5000);
    const open = { ...emptyState(), index: 1, watermark: 3000 };
    expect(leastWatermark(new Map([...new Map([['last', doneState(done)]]), ['open', open]]))).toBe(3000);
  });
});
