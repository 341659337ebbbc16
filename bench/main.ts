import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { benchCost } from './cost.ts';
import { benchEngine } from './engine.ts';
import { benchScale } from './scale/scale.ts';

const HELP = `npm run bench -- NAME [--json]

  engine   events per second of the aggregate handler on one core, a plain handler and the upper bound
  cost     read and write units per million events, by batch size
  scale    requests, units and modelled seconds of ticks and merges, by number of shards

  --json      one line of JSON instead of a table
  --events N  events in one pass (default 200000)
  --rounds N  passes of each, in turns (default 5)
  --shards N,M  scale: open shards (default 1,10,100,1000)
  --keys N    scale: keys in each shard (default 100)`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    events: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '5' },
    shards: { type: 'string', default: '1,10,100,1000' },
    keys: { type: 'string', default: '100' },
    help: { type: 'boolean', default: false },
    pinned: { type: 'boolean', default: false },
  },
});
const [name] = positionals;
if (values.help || (name !== 'engine' && name !== 'cost' && name !== 'scale')) {
  console.error(HELP);
  process.exit(values.help ? 0 : 2);
}
const numbers = { '--events': values.events, '--rounds': values.rounds, '--shards': values.shards, '--keys': values.keys };
for (const [option, value] of Object.entries(numbers)) {
  if (value.split(',').every((number) => /^[1-9]\d*$/.test(number))) continue;
  console.error(
    `${option} ${value}: write a whole number from 1 on${option === '--shards' ? ', or several with commas between them' : ''}`,
  );
  process.exit(2);
}
const events = Number(values.events);
const rounds = Number(values.rounds);
if (!values.pinned && name === 'engine' && process.platform === 'linux') {
  // The whole process on one core: the handler's own threads count too.
  const core = String(availableParallelism() - 1);
  const again = spawnSync('taskset', ['-c', core, process.execPath, ...process.execArgv, ...process.argv.slice(1), '--pinned'], {
    stdio: 'inherit',
  });
  if (!again.error) process.exit(again.status ?? 1);
  console.error('taskset is not installed: running on all cores.');
}
if (name === 'engine') await benchEngine({ json: values.json, events, rounds });
else if (name === 'cost') await benchCost({ json: values.json, events });
else await benchScale({ json: values.json, shards: values.shards.split(',').map(Number), keys: Number(values.keys) });
