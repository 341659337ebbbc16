import type { Reader } from '../../runtime/read/reader.ts';
import { act } from './act.ts';
import { checkDerived, notFinal } from './audit/check-derived.ts';
import { checkEnd } from './audit/check-end.ts';
import { checkReadableRows } from './audit/check-readable-rows.ts';
import { Finals } from './audit/finals.ts';
import { startClients } from './clients.ts';
import type { Folded } from './oracle/fold.ts';
import type { Parts } from './parts.ts';
import { brokenVersions, foldNow, unsettled } from './settled.ts';
import { START } from './world.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const TEN_DAYS = 864_000_000;
/** Things that happen once nothing fails any more, at most. */
const MOST_CALM_STEPS = 400_000;
/** Ticks after the last fault in which everything has to become final. */
const MOST_CALM_TICKS = 80;
/** After so many the ticks come further and further apart, and nothing expires any more. */
const EVEN_CALM_TICKS = 12;
/** Records of one shard that a bad deploy may drain before the breaker refuses: see docs/guarantees.md. */
const MOST_DRAINED = 99;

/** The result of the last query: rows that are not final yet, or that everything was compared. */
interface Ending {
  readonly waiting: string | undefined;
}

/** Runs a scenario, waits until everything has settled, and compares. */
export async function run(parts: Parts): Promise<void> {
  const { scenario, world, violations, stream } = parts;
  const { scheduler } = world;
  for (const action of scenario.actions) scheduler.at(START + action.at, () => act(parts, action));
  const last = Math.max(0, ...scenario.actions.map((action) => action.at + (action.do === 'outage' ? action.for : 0)));
  const finals = new Finals(violations);
  let over = false;
  scheduler.at(START + last + MINUTE, () => {
    world.say('world', 'nothing fails any more');
    world.faults.calm = true;
    for (const shard of stream.shards.keys()) parts.source.poke(shard);
    calmTick(parts, finals, 1, () => {
      over = true;
    });
  });
  // Records may come before the first tick.
  scheduler.after(scheduler.between(0, scenario.tickEvery), () => tickUntilCalm(parts));
  expireUntil(parts, START + last + MINUTE + EVEN_CALM_TICKS * scenario.tickEvery);
  startClients(parts, finals);
  for (let steps = 0; !over && violations.found.size === 0 && (await scheduler.step()); ) {
    if (world.faults.calm && ++steps === MOST_CALM_STEPS)
      violations.add('stuck', unsettled(parts, foldNow(parts)) ?? 'all is final, and yet there is no end');
  }
}

function tickUntilCalm(parts: Parts): void {
  const { world, functions, scenario } = parts;
  if (world.faults.calm) return;
  if (!world.faults.fires('tick missed')) functions.invokeMerge({ source: 'aws.events' });
  if (world.faults.fires('tick twice')) functions.invokeMerge({ source: 'aws.events' });
  world.scheduler.after(scenario.tickEvery, () => tickUntilCalm(parts));
}

/** Ticks after the last fault, with growing intervals, until everything is final. */
function calmTick(parts: Parts, finals: Finals, number: number, done: () => void): void {
  const { world, functions, violations, scenario } = parts;
  const goOn = (missing: string): void => {
    if (number === MOST_CALM_TICKS) {
      violations.add('stuck', missing);
      return;
    }
    const apart = number <= EVEN_CALM_TICKS ? scenario.tickEvery : Math.min(TEN_DAYS, MINUTE * 1.6 ** (number - EVEN_CALM_TICKS));
    world.scheduler.after(apart, () => calmTick(parts, finals, number + 1, done));
  };
  functions.merge.invoke({ source: 'aws.events' }, (_, error) => {
    if (error !== undefined) world.say('merge', `failed: ${String(error)}`);
    const folded = foldNow(parts);
    const missing = unsettled(parts, folded);
    if (missing !== undefined) {
      goOn(missing);
      return;
    }
    // A reader may answer by what it saw a moment ago.
    world.scheduler.after(scenario.followEvery, () =>
      functions.audit.invoke(
        async (reader): Promise<Ending> => {
          const waiting = await notFinal(reader, scenario.application);
          if (waiting === undefined) await finish(parts, reader, folded, finals);
          return { waiting };
        },
        (ending) => {
          const { waiting } = (ending ?? { waiting: 'the rows are not answered' }) as Ending;
          if (waiting === undefined) done();
          else goOn(waiting);
        },
      ),
    );
  });
}

async function finish(parts: Parts, reader: Reader, folded: Folded, finals: Finals): Promise<void> {
  const { scenario, violations, ledger, dynamo } = parts;
  const broken = brokenVersions(scenario);
  for (const [shard, log] of ledger.logs) {
    const drained = log.reduce((sum, { version, deadRecords }) => sum + (broken.has(version) ? deadRecords : 0), 0);
    if (drained > MOST_DRAINED) violations.add('drained', `${drained} records of ${shard} became dead letters by a bad deploy`);
  }
  const duplicates = [...ledger.logs.values()].flat().reduce((sum, entry) => sum + (entry.duplicates ?? 0), 0);
  for (let i = 0; i < duplicates; i++) parts.world.faults.count('duplicate');
  if (duplicates !== folded.duplicates) violations.add('duplicates', `${duplicates} were left out, not ${folded.duplicates}`);
  checkReadableRows(dynamo.results, folded, violations);
  await checkEnd(reader, scenario.application, folded, ledger.expired, { violations, finals });
  await checkDerived(reader, scenario.application, folded, { violations, finals });
}

/** DynamoDB's deletion of what has expired, and Kinesis's of what is past the retention. */
function expireUntil(parts: Parts, end: number): void {
  const { world, dynamo, stream, scenario, ledger } = parts;
  if (world.scheduler.now > end) return;
  dynamo.expire(0.3);
  if (scenario.retention !== undefined) {
    for (const shard of stream.shards.values()) {
      const taken = ledger.lastTaken(shard.id);
      const count = taken === '' ? 0 : shard.records.filter(({ sequence }) => BigInt(sequence) <= BigInt(taken)).length;
      stream.trim(shard, world.scheduler.now - scenario.retention, count);
    }
  }
  world.scheduler.after(20 * SECOND, () => expireUntil(parts, end));
}
