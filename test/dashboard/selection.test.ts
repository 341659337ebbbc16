import { describe, expect, it } from 'vitest';
import { completeSelection, formatSelection, isLocal, parseSelection } from '../../lib/dashboard/browser/selection.ts';

describe('a selection', () => {
  const views = [
    {
      name: 'v',
      aggregates: [
        { name: 'who', type: 'text' },
        { name: 'n', type: 'bigint' },
      ],
    },
    { name: 'w', aggregates: [] },
  ];

  it('comes back from the address', () => {
    const selection = { view: 'a&b', column: 'x y', windows: 120, keys: 3, every: 10 };
    expect(parseSelection(formatSelection(selection))).toEqual(selection);
  });

  it('that names what there is not falls back to what there is', () => {
    expect(completeSelection(parseSelection('#view=none&column=who&windows=7&keys=x&every=1'), views, true)).toEqual({
      view: 'v',
      column: 'n',
      windows: 60,
      keys: 5,
      every: 2,
    });
    expect(completeSelection({ view: 'w' }, views, true)).toMatchObject({ view: 'w', column: '' });
    expect(completeSelection({}, [], true)).toBeUndefined();
  });

  it('asks less often where questions cost, unless told', () => {
    expect(['127.0.0.1', 'localhost', '[::1]', 'x1.execute-api.eu-west-1.amazonaws.com'].map(isLocal)).toEqual([true, true, true, false]);
    expect(completeSelection({}, views, false)).toMatchObject({ every: 10 });
    expect(completeSelection({ every: 2 }, views, false)).toMatchObject({ every: 2 });
  });
});
