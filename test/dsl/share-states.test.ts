import { describe, expect, it } from 'vitest';
import { type Application, application, compile, stream, tumbling, view } from '../../lib/index.ts';
import { createTestDriver } from '../../lib/testing/test-driver.ts';

const readings = stream('readings', {
  columns: { sensor: 'text', always: 'double precision', maybe: 'double precision | null', at: 'timestamptz' },
  eventTime: 'at',
});

function appOf(build: Parameters<ReturnType<typeof windowed>['aggregate']>[0]): Application {
  return application('test', { views: [view('v', windowed().aggregate(build))] });
}

/** The aggregates whose states are stored. */
async function keptBy(app: Application) {
  const plan = await compile(app);
  const kept = plan.views[0]?.aggregates.filter(({ accumulator }) => accumulator.name !== 'kept_elsewhere');
  return kept?.map(({ name }) => name);
}

function windowed() {
  return readings.keyBy('sensor').window(tumbling('1 minute'));
}

describe('aggregates that share a state', () => {
  it('store it once: an average holds its sum and its count', async () => {
    const app = appOf((a) => ({
      n: a.count(),
      of: a.count('always'),
      total: a.sum('always'),
      mean: a.avg('always'),
      least: a.min('maybe'),
    }));
    expect(await keptBy(app)).toEqual(['mean', 'least']);
  });

  it('store it once: a summary of numbers holds their count, sum, average, least and greatest', async () => {
    const app = appOf((a) => ({
      n: a.count(),
      known: a.count('maybe'),
      total: a.sum('maybe'),
      mean: a.avg('maybe'),
      least: a.min('maybe'),
      most: a.max('maybe'),
      of: a.sum('always'),
      highest: a.max('always'),
    }));
    expect(await keptBy(app)).toEqual(['total', 'of']);
    const driver = await createTestDriver(app, { now: '2026-01-01T00:00:10Z' });
    const put = (values: (number | null)[]) =>
      driver.put(
        'readings',
        values.map((maybe) => ({ sensor: 'a', always: -0, maybe, at: '2026-01-01T00:00:00Z' })),
      );
    await put([null, 1e300, 1]);
    await put([-1e300, 0.5, null]);
    driver.restart();
    const [row] = await driver.rows('v');
    expect(row).toMatchObject({ n: 6, known: 4, total: 1.5, mean: 0.375, least: -1e300, most: 1e300, of: 0, highest: 0 });
  });

  it('store a sketch, moments or a set once for all that is read from it', async () => {
    const app = appOf((a) => ({
      p50: a.approxQuantile('always', 0.5),
      p95: a.approxQuantile('always', 0.95),
      p95_maybe: a.approxQuantile('maybe', 0.95),
      slope: a.regrSlope('always', 'maybe'),
      r: a.corr('always', 'maybe'),
      turned: a.corr('maybe', 'always'),
      different: a.countDistinct('maybe'),
      total: a.sumDistinct('maybe'),
      // NULL is one of the values here, and not above.
      list: a.arrayAggDistinct('maybe'),
    }));
    expect(await keptBy(app)).toEqual(['p50', 'p95_maybe', 'slope', 'turned', 'different', 'list']);
    const driver = await createTestDriver(app, { now: '2026-01-01T00:00:10Z' });
    const events = [1, 2, null].map((maybe) => ({ sensor: 'a', always: 8, maybe, at: '2026-01-01T00:00:00Z' }));
    await driver.put('readings', events);
    const [row] = await driver.rows('v');
    expect(row).toMatchObject({ slope: 0, r: null, turned: null, different: 2, total: 3, list: [1, 2, null] });
    expect(row?.p95).toBe(row?.p50);
  });

  it('do not where the values differ: another column, a filter, NULLs that count() counts', async () => {
    const app = appOf((a) => ({
      n: a.count(),
      mean: a.avg('maybe'),
      other: a.sum('always'),
      some: a.filter((e) => e.always > 0, a.sum('maybe')),
    }));
    expect(await keptBy(app)).toEqual(['n', 'mean', 'other', 'some']);
  });

  it('give what they would alone', async () => {
    const build = (a: Parameters<Parameters<ReturnType<typeof windowed>['aggregate']>[0]>[0]) => ({
      n: a.count(),
      known: a.count('maybe'),
      total: a.sum('maybe'),
      mean: a.avg('maybe'),
    });
    const driver = await createTestDriver(appOf(build), { now: '2026-01-01T00:00:10Z' });
    const at = '2026-01-01T00:00:00Z';
    await driver.put('readings', [
      { sensor: 'a', always: 1, maybe: 0.1, at },
      { sensor: 'a', always: 1, maybe: null, at },
    ]);
    await driver.put('readings', [
      { sensor: 'a', always: 1, maybe: 0.2, at },
      { sensor: 'b', always: 1, maybe: null, at },
    ]);
    driver.restart();
    const rows = await driver.rows('v');
    expect(rows.map(({ sensor, n, known, total, mean }) => [sensor, n, known, total, mean])).toEqual([
      ['a', 3, 2, 0.1 + 0.2, (0.1 + 0.2) / 2],
      ['b', 1, 0, null, null],
    ]);
  });
});
