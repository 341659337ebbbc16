import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import application from '../../examples/pyflink-intro/app.ts';
import { startLocalStack } from '../../lib/local/stack.ts';
import { millrace } from '../cli/terminal.ts';
import { codeBlocks } from '../support/code-blocks.ts';
import { localKinesis, putAll } from '../support/put-all.ts';

const README = 'examples/pyflink-intro/README.md';
const lines = (text: string): string[] => text.trim().split('\n');

describe("PyFlink's introductory example", () => {
  it('prints by `millrace run` what its README shows: sums and products', async () => {
    const [command = ''] = codeBlocks(README, 'sh');
    const [shown = ''] = codeBlocks(README, 'json');
    const args = command.trim().split(' -- ')[1]?.split(' ') ?? [];
    const { code, out, err } = await millrace(args);
    expect({ code, err }).toEqual({ code: 0, err: '3 events, 0 late, 0 dead\n' });
    expect(lines(out).map((line) => JSON.parse(line))).toEqual(lines(shown).map((line) => JSON.parse(line)));
    expect(lines(out).map((line) => JSON.parse(line).process_function)).toEqual([
      { sum: 1 + 10, product: 1 * 10 },
      { sum: 2 + 20, product: 2 * 20 },
      { sum: 3 + 30, product: 3 * 30 },
    ]);
  });

  it('serves the same rows over REST, newest first, for records put into Kinesis', async () => {
    const stack = await startLocalStack({ application, shards: 1, batchWindow: 50 });
    try {
      const client = localKinesis(stack.urls.kinesis);
      const records = lines(readFileSync('examples/pyflink-intro/data_source.jsonl', 'utf8')).map((Data) => ({
        Data: Buffer.from(Data),
        PartitionKey: '1',
      }));
      await putAll(client, 'data_source', records);
      client.destroy();
      const rows = async (view: string) =>
        ((await (await fetch(`${stack.urls.api}/v1/views/${view}/rows?order=desc`)).json()) as { rows: Record<string, unknown>[] }).rows;
      for (let tries = 0; (await rows('results')).length < 3 && tries < 1200; tries++) await sleep(50);
      expect((await rows('results')).map(({ process_function }) => process_function)).toEqual([
        { sum: 33, product: 90 },
        { sum: 22, product: 40 },
        { sum: 11, product: 10 },
      ]);
      expect((await rows('result_columns')).map(({ x, y, sum, product }) => [x, y, sum, product])).toEqual([
        [3, 30, 33, 90],
        [2, 20, 22, 40],
        [1, 10, 11, 10],
      ]);
    } finally {
      await stack.stop();
    }
  });
});
