import { gzipSync } from 'node:zlib';
import { packRecords } from './kinesis/aggregated-record.ts';
import { hashKey } from './kinesis/hash-key.ts';
import type { Parts } from './parts.ts';
import type { Action, Put } from './scenario/scenario.ts';

/** Executes an action of a scenario. */
export function act(parts: Parts, action: Action): void {
  const { world, stream, source, functions } = parts;
  switch (action.do) {
    case 'put':
      produce(parts, [action], () => source.poke(putOne(parts, action).id));
      return;
    case 'put together':
      produce(parts, action.records, () => putTogether(parts, action));
      return;
    case 'reshard': {
      const open = stream.open();
      const shard = open[Math.floor(action.which * open.length)];
      // More would exceed the time of a run.
      if (!shard || open.length > 3) return;
      if (action.how === 'double') stream.double();
      else if (action.how === 'split') stream.split(shard);
      else stream.merge(shard);
      for (const id of stream.shards.keys()) source.poke(id);
      return;
    }
    case 'deploy':
      world.say('deploy', `${action.version}${action.broken === 'no' ? '' : `, broken: ${action.broken}`}`);
      world.faults.count(action.broken === 'no' ? 'deploy' : 'bad deploy');
      functions.deployed = action;
      return;
    case 'outage': {
      const target =
        action.of === 'kinesis' || action.of === 'dynamodb'
          ? { kinesis: parts.kinesis, dynamodb: parts.dynamo }[action.of]
          : functions[action.of];
      world.say('outage', `of ${action.of} for ${action.for} ms`);
      world.faults.count('outage');
      target.down = true;
      world.scheduler.after(action.for, () => {
        target.down = false;
      });
    }
  }
}

function putOne({ world, stream, scenario }: Parts, put: Put): { readonly id: string } {
  const { partitionKey, hashOf, holds } = put;
  const isWrong = holds.some((content) => typeof content !== 'string' && content.k !== partitionKey);
  if (scenario.application.dedupe && (hashOf !== undefined || isWrong)) world.faults.count('wrong key');
  return stream.put(partitionKey, encode(put), hashKey(hashOf ?? partitionKey));
}

/** Puts, and sometimes puts again. */
function produce({ world }: Parts, records: readonly Put[], put: () => void): void {
  for (const { holds } of records) if (holds.some((content) => typeof content === 'string')) world.faults.count('bad record');
  put();
  if (world.faults.fires('producer retry')) world.scheduler.after(world.scheduler.between(1, 5000), put);
}

/** The library uses the partition key `a` for every record, and puts user records again that arrived in another shard than it expected. */
function putTogether({ world, stream, source }: Parts, { by, records }: Extract<Action, { do: 'put together' }>): void {
  const packed = records.map((record) => ({ partitionKey: record.partitionKey, data: encode(record) }));
  const first = packed[0]?.partitionKey as string;
  world.faults.count('aggregated');
  const { id, from, to } = stream.put(by === 'library' ? 'a' : first, packRecords(packed), hashKey(first));
  source.poke(id);
  if (by === 'others') return;
  for (const { partitionKey, data } of packed) {
    const hash = hashKey(partitionKey);
    if (hash >= from && hash <= to) continue;
    world.faults.count('elsewhere');
    world.scheduler.after(world.scheduler.between(1, 5000), () => source.poke(stream.put(partitionKey, data).id));
  }
}

function encode({ holds, gzip }: Put): Uint8Array {
  const values = holds.map((content) =>
    typeof content === 'string' ? { id: content } : { ...content, at: new Date(content.at).toISOString() },
  );
  const text = holds.includes('garbage') ? '{"cut off' : JSON.stringify(values.length === 1 ? values[0] : values);
  return gzip ? gzipSync(text) : Buffer.from(text);
}
