import { beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { readings } from '../../examples/sensors/readings.ts';
import { createClient, type MillraceClient } from '../../lib/client/client.ts';
import { type Deployment, deploy } from './support/deployment.ts';
import { countedEvents } from './support/followed.ts';
import { millraceRun } from './support/millrace-run.ts';
import { PATIENCE } from './support/patience.ts';
import { putEvents } from './support/put-events.ts';

const APP = 'examples/sensors/app.sql';
const endpoint = inject('endpoint');
/** A year of weather. */
const weather = readings().slice(0, 366);

let deployment: Deployment;
let client: MillraceClient;
beforeAll(async () => {
  deployment = await deploy(endpoint, 'millrace-app', '-c', `app=${APP}`, '-c', 'shards=2');
  client = createClient({ url: deployment.url, apiKey: deployment.apiKey });
  await putEvents(endpoint, deployment.output('WeatherStream'), weather, 'date');
  await vi.waitFor(async () => expect(await countedEvents(client)).toBe(weather.length), PATIENCE);
});

interface Row {
  readonly window_start: string;
  readonly window_end: string;
  readonly final: boolean;
}

const withoutFinal = ({ final, ...row }: Row) => row;
const byWindow = (a: object, b: object) => JSON.stringify(a).localeCompare(JSON.stringify(b));

describe('an application of SQL alone, deployed', () => {
  it.each(['moving_average', 'rain_so_far'])('has the rows of %s that millrace run has', async (view) => {
    const run = await millraceRun(APP, 'weather', view, weather);
    const rows = (await client.rows(view, { key: {} }).toArray()) as unknown as Row[];
    expect(rows.map(withoutFinal).sort(byWindow)).toEqual([...run].sort(byWindow));
  });

  it('has rows over all time', async () => {
    const run = (await millraceRun(APP, 'weather', 'records', weather)) as { weather: string }[];
    const rows = await Promise.all(run.map(({ weather }) => client.rows('records', { key: { weather } }).toArray()));
    expect(rows.flat().map((row) => withoutFinal(row as unknown as Row))).toEqual(run);
  });
});
