import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { benchCost } from './cost.ts';
import { benchEngine } from './engine.ts';

const HELP = `npm run bench -- NAME [--json]

  engine   events per second of the aggregate handler on one core, beside a plain handler and the bound
  cost     read and write units per million events, by batch size

  --json      one line of JSON instead of a table
  --events N  events in one pass (default 200000)
  --rounds N  passes of each, in turns (default 5)`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    events: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
    pinned: { type: 'boolean', default: false },
  },
});
const [name] = positionals;
if (values.help || (name !== 'engine' && name !== 'cost')) {
  console.error(HELP);
  process.exit(values.help ? 0 : 2);
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
  console.error('taskset is not there: running on all cores.');
}
await (name === 'engine' ? benchEngine({ json: values.json, events, rounds }) : benchCost({ json: values.json, events }));
