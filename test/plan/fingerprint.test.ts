import { describe, expect, it } from 'vitest';
import { fingerprint, type ViewStructure } from '../../lib/plan/fingerprint.ts';

const MINUTE = { kind: 'tumbling', size: 60_000, slide: 60_000, offset: 0 } as const;
const view: ViewStructure = {
  stream: 'clicks',
  key: [{ name: 'page', type: 'text' }],
  window: MINUTE,
  allowedLateness: 0,
  aggregates: [{ name: 'views', accumulator: 'count', columns: [], filters: 0 }],
  transforms: [],
  version: '',
};

describe('fingerprint', () => {
  it('is what it was: state stored under it must be found again', () => {
    // The first half of the SHA-256 (by `sha256sum`) of
    // ["clicks",[["page","text"]],["tumbling",60000,60000,0],0,[["views","count",[],0]],[],""]
    expect(fingerprint(view)).toBe('278774e8b2d52f33a3218fe30b93ad0a');
  });

  it('does not depend on the order in which parts are written down', () => {
    const { stream, ...rest } = view;
    expect(fingerprint({ ...rest, window: { offset: 0, slide: 60_000, size: 60_000, kind: 'tumbling' }, stream })).toBe(fingerprint(view));
  });

  it.each<Partial<ViewStructure>>([
    { stream: 'other' },
    { key: [] },
    { key: [{ name: 'page', type: 'bigint' }] },
    { key: [{ name: 'path', type: 'text' }] },
    { window: { ...MINUTE, offset: 1 } },
    { window: { ...MINUTE, kind: 'hopping' } },
    { window: { ...MINUTE, kind: 'cumulate' } },
    { window: { kind: 'global' } },
    { window: { kind: 'calendar', unit: 'day', timeZone: 'UTC' } },
    { window: { kind: 'calendar', unit: 'day', timeZone: 'UTC', offset: 1 } },
    { allowedLateness: 1 },
    { aggregates: [] },
    { aggregates: [{ name: 'views', accumulator: 'sum', columns: [], filters: 0 }] },
    { aggregates: [{ name: 'views', accumulator: 'count', columns: ['ms bigint'], filters: 0 }] },
    { aggregates: [{ name: 'views', accumulator: 'count', columns: [], filters: 1 }] },
    { transforms: ['filter'] },
    { version: '1' },
    { arrival: true },
  ])('is another one with %j', (change) => {
    expect(fingerprint({ ...view, ...change })).not.toBe(fingerprint(view));
  });
});
