import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';

const DEMO = 'examples/flights/demo.ts';

it('npm run demo:flights sends flights, serves their rows, and stops by Ctrl-C', async () => {
  const child = spawn(process.execPath, [DEMO, '--speed', '100000', '--flights', '5000', '--api-port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  try {
    for (let tries = 0; !said.includes('All flights are sent') && tries < 1200; tries++) await sleep(50);
    const url = /REST +(\S+)/.exec(said)?.[1] as string;
    let rows: { origin: string; flights: number }[] = [];
    for (let tries = 0; rows.length < 5 && tries < 1200; tries++) {
      await sleep(50);
      rows = ((await (await fetch(url)).json()) as { rows: typeof rows }).rows;
    }
    expect(rows).toHaveLength(5);
    expect(rows.map(({ flights }) => flights)).toEqual(rows.map(({ flights }) => flights).sort((a, b) => b - a));
    child.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});

it.each([
  [['--help'], 0, 'Usage: npm run demo:flights'],
  [['--speed', 'fast'], 2, 'demo:flights: --speed must be a number of at least 0, not "fast"'],
  [['--from', 'spring'], 2, 'demo:flights: --from takes a date such as 2001-03-01, not "spring"'],
])('demo:flights %j', (args, code, message) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [DEMO, ...args], { encoding: 'utf8' });
  expect(stdout + stderr).toContain(message);
  expect(status).toBe(code);
});
