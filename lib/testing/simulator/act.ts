import { gzipSync } from 'node:zlib';
import type { Parts } from './parts.ts';
import type { Action, Content } from './scenario/scenario.ts';

/** Lets something happen that a scenario says. */
export function act(parts: Parts, action: Action): void {
  const { world, stream, source, functions } = parts;
  switch (action.do) {
    case 'put': {
      const data = encode(action.holds, action.gzip);
      if (action.holds.some((content) => typeof content === 'string')) world.faults.count('bad record');
      source.poke(stream.put(action.partitionKey, data).id);
      if (world.faults.fires('producer retry')) {
        world.scheduler.after(world.scheduler.between(1, 5000), () => source.poke(stream.put(action.partitionKey, data).id));
      }
      return;
    }
    case 'reshard': {
      const open = stream.open();
      const shard = open[Math.floor(action.which * open.length)];
      // A run has no time for more.
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

function encode(holds: readonly Content[], gzip: boolean): Uint8Array {
  const values = holds.map((content) =>
    typeof content === 'string' ? { id: content } : { ...content, at: new Date(content.at).toISOString() },
  );
  const text = holds.includes('garbage') ? '{"cut off' : JSON.stringify(values.length === 1 ? values[0] : values);
  return gzip ? gzipSync(text) : Buffer.from(text);
}
