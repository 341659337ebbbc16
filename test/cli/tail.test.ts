import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LocalStack } from '../../lib/local/stack.ts';
import { at, put, startTill, taken, until } from '../support/till.ts';
import { type Tail, tail } from './tail.ts';
import { millrace } from './terminal.ts';

const MAIN = new URL('../../lib/cli/main.ts', import.meta.url).pathname;

let stack: LocalStack;
beforeAll(async () => {
  // No tick: windows close only by what the tests put.
  stack = await startTill({ shards: 1, tickEvery: 3_600_000 });
});
afterAll(() => stack.stop());

const tails: { stop(): Promise<number> }[] = [];
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const started of tails.splice(0)) await started.stop();
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Row {
  readonly shop: string;
  readonly window_start: string;
  readonly sold: number;
  readonly final: boolean;
}

function follow(...args: string[]): Tail<Row> {
  const started = tail<Row>(stack.urls.api, ...args);
  tails.push(started);
  return started;
}

const short = (rows: readonly Row[]) => rows.map(({ shop, window_start, sold, final }) => [shop, window_start, sold, final]);
let events = 0;
async function sell(shop: string, second: number): Promise<void> {
  await put(stack, { shop, price: 1, at: at(second) });
  events++;
  await taken(stack, events);
}

describe('millrace tail', () => {
  it('prints rows as they change and once more when they are final, from open windows on', async () => {
    await sell('a', -120);
    await sell('a', 0);
    const final = ['query', 'per_shop', '--window', 'latest_final', '--json', '--url', stack.urls.api];
    await until(async () => (await millrace(final)).out !== '');
    const { rows, stop } = follow('per_shop');
    await until(async () => rows().length === 1);
    await sell('a', 1);
    await until(async () => rows().length === 2);
    await sell('b', 2);
    await sell('b', 66);
    await until(async () => rows().some(({ window_start }) => window_start === at(60)) && rows().length === 6);
    expect(await stop()).toBe(0);
    const found = short(rows());
    // The order within one look is the window's: by key.
    expect(found.slice(0, 3)).toEqual([
      ['a', at(0), 1, false],
      ['a', at(0), 2, false],
      ['b', at(0), 1, false],
    ]);
    expect(found.slice(3).sort()).toEqual(
      [
        ['a', at(0), 2, true],
        ['b', at(0), 1, true],
        ['b', at(60), 1, false],
      ].sort(),
    );
  });

  it('prints final rows once each, from a time on', async () => {
    const { rows, stop } = follow('per_shop', '--final', '--from', at(0));
    await until(async () => rows().length === 2);
    await sell('c', 200);
    await until(async () => rows().length === 3);
    expect(await stop()).toBe(0);
    expect(short(rows())).toEqual([
      ['a', at(0), 2, true],
      ['b', at(0), 1, true],
      ['b', at(60), 1, true],
    ]);
  });

  it('prints rows of a view without windows when they change', async () => {
    const { rows, stop } = follow('ever');
    await until(async () => rows().length === 3);
    await sell('c', 201);
    await until(async () => rows().length === 4);
    expect(await stop()).toBe(0);
    expect(rows().map(({ shop, sold }) => [shop, sold])).toEqual([
      ['a', 3],
      ['b', 2],
      ['c', 1],
      ['c', 2],
    ]);
  });

  it('goes on with windows that are older by now than what --from reaches back', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch');
    // The window of c, which is open.
    const { rows, stop } = follow('per_shop', '--from', `-${Date.now() - Date.parse(at(120))} ms`);
    await until(async () => rows().length === 1);
    // From when it began to look, at every look: an instant that does not move with the clock.
    const looks = () => fetched.mock.calls.flatMap(([url]) => new URL(String(url)).searchParams.get('from') ?? []);
    const before = looks().length;
    await sell('c', 202);
    await until(async () => rows().length === 2 && looks().length > before + 2);
    expect(new Set(looks()).size).toBe(1);
    expect(await stop()).toBe(0);
    fetched.mockRestore();
    expect(short(rows())).toEqual([
      ['c', at(180), 2, false],
      ['c', at(180), 3, false],
    ]);
  });

  it.each([
    [['per_shp'], 'there is no view "per_shp"; did you mean per_shop?'],
    [['ever', '--final'], 'view "ever" has no windows, so its rows never become final: leave --final out'],
    [
      ['per_shop', '--from', 'yesterday'],
      '--from must be an ISO 8601 time such as 2026-01-01T00:00:00Z, or a relative one such as "-1 hour", not "yesterday"',
    ],
    [['per_shop', '--interval', 'often'], '--interval must be a number of at least 0'],
  ])('tells what is wrong with %j', async (args, message) => {
    const { code, out, err } = await millrace(['tail', ...args, '--url', stack.urls.api]);
    expect(err).toContain(message);
    expect(err).toMatch(/^millrace tail: [^\n]*\n$/);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});

describe('the process', () => {
  /** `millrace tail` as a process, once it has printed something. */
  async function start(): Promise<ChildProcess> {
    const args = [MAIN, 'tail', 'per_shop', '--from', at(0), '--url', stack.urls.api, '--interval', '0.2'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    await once(child.stdout, 'data');
    return child;
  }

  it.each(['SIGINT', 'SIGTERM'] as const)('ends by %s with 0 and says nothing', async (signal) => {
    const child = await start();
    let err = '';
    child.stderr?.on('data', (chunk) => {
      err += chunk;
    });
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(err).toBe('');
  });

  it('ends with 0 when its reader goes away', async () => {
    const child = await start();
    const exited = once(child, 'exit');
    child.stdout?.destroy();
    await sell('d', 202);
    expect(await exited).toEqual([0, null]);
  });
});
