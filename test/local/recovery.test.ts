import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createClient } from '../../lib/client/client.ts';
import type { LocalStack } from '../../lib/local/stack.ts';
import { at, put, startTill, taken, till, until } from '../support/till.ts';

const directory = mkdtempSync(join(tmpdir(), 'millrace-recovery-'));
const stacks: LocalStack[] = [];
afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function started(data: string, application = till()): Promise<LocalStack> {
  const stack = await startTill({ data, application, shards: 1 });
  stacks.push(stack);
  return stack;
}

async function stopped(): Promise<void> {
  for (const stack of stacks.splice(0)) await stack.stop();
}

const sale = (price: unknown, second: number) => ({ shop: 'a', price, at: at(second) });
const clientOf = ({ urls }: LocalStack) => createClient({ url: urls.api });
const totals = async (stack: LocalStack) =>
  (
    await clientOf(stack)
      .rows('per_shop', { key: { shop: 'a' } })
      .toArray()
  ).map(({ window_start, total }) => [window_start, total]);
const counts = async (stack: LocalStack) => {
  const shards = (await clientOf(stack).health()).streams.flatMap((stream) => stream.shards);
  return shards.map(({ events, late, dead }) => ({ events, late, dead }));
};

describe('a state table restored to an earlier time', () => {
  it('goes on exactly once the stream is read again from before that time', async () => {
    const data = join(directory, 'restored');
    let stack = await started(data);
    await put(stack, sale(1, 0), sale(2, 1), 'no sale');
    await taken(stack, 3);
    await stopped();
    const backup = join(directory, 'backup');
    cpSync(join(data, 'dynamodb'), backup, { recursive: true });

    stack = await started(data);
    await put(stack, sale(4, 2), sale(8, 61));
    await taken(stack, 5);
    const [before, counted] = [await totals(stack), await counts(stack)];
    expect(before).toEqual([
      [at(0), 7],
      [at(60), 8],
    ]);
    await stopped();

    rmSync(join(data, 'dynamodb'), { recursive: true });
    cpSync(backup, join(data, 'dynamodb'), { recursive: true });
    // As a mapping that is made anew: it knows no position of its own.
    for (const file of readdirSync(data).filter((name) => name.endsWith('-positions.json'))) rmSync(join(data, file));
    stack = await started(data);
    await taken(stack, 5);
    expect(await totals(stack)).toEqual(before);
    expect(await counts(stack)).toEqual(counted);
  });
});

describe('windows that closed while their events were dead', () => {
  it('count what is replayed as late', async () => {
    const data = join(directory, 'late');
    await put(await started(data), sale(1, 0), sale('2', 1), sale(4, 66));
    await taken(stacks[0] as LocalStack, 3);
    await stopped();
    const mended = await started(data, till(z.coerce.number()));
    await until(async () => (await clientOf(mended).windows('per_shop').toArray())[0]?.final === true);
    await put(mended, sale('2', 1));
    await taken(mended, 4);
    expect(await counts(mended)).toEqual([{ events: 4, late: 1, dead: 1 }]);
    expect((await totals(mended))[0]).toEqual([at(0), 1]);
  });

  it('are restated by the mended application under another name, which reads the stream from its beginning', async () => {
    const data = join(directory, 'restated');
    const first = await started(data);
    await put(first, sale(1, 0), sale('2', 1), sale(4, 66));
    await taken(first, 3);
    await until(async () => (await clientOf(first).windows('per_shop').toArray())[0]?.final === true);
    expect((await totals(first))[0]).toEqual([at(0), 1]);
    await stopped();
    const second = await started(data, till(z.coerce.number(), 'till-2'));
    await taken(second, 3);
    expect((await totals(second))[0]).toEqual([at(0), 3]);
    expect(await counts(second)).toEqual([{ events: 3, late: 0, dead: 0 }]);
    // What the first one said is still there for it.
    await stopped();
    expect((await totals(await started(data)))[0]).toEqual([at(0), 1]);
  });
});
