import { afterEach, describe, expect, it } from 'vitest';
import type { LocalStack } from '../../lib/local/stack.ts';
import { at, put, startTill, taken, until } from '../support/till.ts';
import { millrace } from './terminal.ts';

const stacks: LocalStack[] = [];
afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.stop();
});

async function started(options: Parameters<typeof startTill>[0] = {}): Promise<LocalStack> {
  const stack = await startTill({ shards: 1, ...options });
  stacks.push(stack);
  return stack;
}

const status = ({ urls }: LocalStack, ...args: string[]) => millrace(['status', '--url', urls.api, ...args]);
const NEVER = 3_600_000;

describe('millrace status', () => {
  it('tells shards, watermarks, lag, late, dead and how far results are final, as JSON', async () => {
    const stack = await started();
    const sale = { shop: 'a', price: 1, at: at(0) };
    await put(stack, sale, { ...sale, at: at(100) }, { ...sale, at: at(1) }, 'no sale', { ...sale, at: at(130) });
    await taken(stack, 5);
    const merged = async () => JSON.parse((await status(stack, '--json')).out).streams[0].views[0].merged_through !== null;
    await until(merged);
    const { code, out } = await status(stack, '--json');
    const said = JSON.parse(out);
    expect(said).toMatchObject({ application: 'till', url: stack.urls.api, healthy: true, problems: [] });
    const [{ shards, views, ...stream }] = said.streams;
    expect(stream).toMatchObject({ stream: 'sales', events: 5, late: 1, dead: 1 });
    expect(shards).toMatchObject([{ shard: 'shardId-000000000000', events: 5, late: 1, dead: 1, ended: false }]);
    // The greatest event time, less what the stream allows for disorder.
    expect(Date.parse(shards[0].watermark)).toBeGreaterThanOrEqual(Date.parse(at(125)));
    expect(stream.lag_ms).toBe(Date.parse(said.now) - Date.parse(stream.watermark));
    expect(views.map(({ view }: { view: string }) => view)).toEqual(['per_shop', 'ever']);
    expect(code).toBe(0);
  });

  it('tells the same to people', async () => {
    const stack = await started({ shards: 2 });
    await put(stack, { shop: 'a', price: 1, at: at(0) });
    await taken(stack, 1);
    const { out } = await status(stack, '--max-delay', '1 hour');
    expect(out).toContain('application till at http://127.0.0.1:');
    expect(out).toContain('stream sales: 1 events, 0 late, 0 dead; watermark ');
    expect(out).toMatch(/^shard +watermark +lag +events +late +dead +last arrival$/m);
    expect(out).toMatch(/^view +merged through$/m);
    expect(out).toMatch(/^shardId-00000000000\d +none yet +unknown +0 +0 +0 +\d{4}-\S+Z$/m);
    expect(out.endsWith('\nhealthy\n')).toBe(true);
  });

  it('is healthy however long nothing came, and while a window takes events', async () => {
    const stack = await started({ tickEvery: NEVER });
    expect((await status(stack)).code).toBe(0);
    await put(stack, { shop: 'a', price: 1, at: at(0) });
    await taken(stack, 1);
    expect((await status(stack, '--max-delay', '1 hour')).code).toBe(0);
  });

  it('ends with 3 when a window that is long over is not final, and says which shard holds it', async () => {
    const stack = await started({ tickEvery: NEVER });
    await put(stack, { shop: 'a', price: 1, at: at(0) });
    await taken(stack, 1);
    const { code, out } = await status(stack, '--max-delay', '5 minutes');
    expect(out).toContain(
      `unhealthy: view per_shop has 1 window that should have been final more than 5 minutes ago, the oldest from ${at(0)}`,
    );
    expect(out).toContain('; its slowest shard is shardId-000000000000, at ');
    expect(code).toBe(3);
    const json = await status(stack, '--max-delay', '5 minutes', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ healthy: false, problems: [expect.stringContaining('per_shop')] });
    expect(json.code).toBe(3);
  });

  it('ends with 3 at once when the circuit breaker stopped a shard, and says since when and why', async () => {
    const stack = await started();
    await put(stack, ...Array<string>(400).fill('no sale'));
    const json = async () => JSON.parse((await status(stack, '--max-delay', '1 hour', '--json')).out);
    await until(async () => !(await json()).healthy);
    const said = await json();
    const { breaker } = said.streams[0].shards[0];
    expect(breaker).toEqual({
      since: expect.any(String),
      last_refused: expect.any(String),
      version: expect.any(String),
      reason: 'not JSON',
    });
    const problem = `shard sales/shardId-000000000000 stands still since ${breaker.since}: the circuit breaker`;
    expect(said.problems).toEqual([expect.stringContaining(problem)]);
    expect(said.problems[0]).toContain('(the newest: not JSON). Deploy a version that reads them');
    const { code, out } = await status(stack, '--max-delay', '1 hour');
    expect(out).toContain(`unhealthy: ${problem}`);
    expect(code).toBe(3);
  });

  it.each([
    [['--max-delay', 'long'], '"long" is not a duration'],
    [['--max-delay=-1 hour'], '--max-delay must be a duration of at least 0'],
    [['clicks'], 'unexpected argument "clicks": there are no arguments'],
  ])('is asked wrongly by %j', async (args, message) => {
    const { code, out, err } = await millrace(['status', ...args]);
    expect(err).toContain(message);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});
