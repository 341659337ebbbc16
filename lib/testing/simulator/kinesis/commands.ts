import {
  type DescribeStreamSummaryCommandInput,
  ExpiredIteratorException,
  type GetRecordsCommandInput,
  type GetShardIteratorCommandInput,
  InvalidArgumentException,
  type ListShardsCommandInput,
  ProvisionedThroughputExceededException,
  ResourceNotFoundException,
  type Shard,
} from '@aws-sdk/client-kinesis';
import { START, type World } from '../world.ts';
import type { SimulatedShard, SimulatedStream, StreamRecord } from './simulated-stream.ts';

interface Iterator {
  readonly shard: string;
  /** the number of the next record in the shard */
  readonly next: number;
  readonly madeAt: number;
}

const ITERATOR_LIFE = 300_000;
const READS_A_SECOND = 5;
const SHARDS_A_PAGE = 3;

/** Kinesis' commands for reading a stream. */
export class KinesisCommands {
  readonly #world: World;
  readonly #stream: SimulatedStream;
  /** the instants of each shard's last reads */
  readonly #reads = new Map<string, number[]>();

  constructor(world: World, stream: SimulatedStream) {
    this.#world = world;
    this.#stream = stream;
  }

  ListShardsCommand(input: ListShardsCommandInput) {
    if ((input.NextToken === undefined) === (input.StreamARN === undefined)) {
      throw new InvalidArgumentException({ message: 'NextToken and StreamARN cannot be provided together', $metadata: {} });
    }
    const from = Number(input.NextToken ?? 0);
    const listed = [...this.#stream.shards.values()].filter(({ forgotten }) => !forgotten);
    const Shards = listed.slice(from, from + SHARDS_A_PAGE).map(describe);
    return from + SHARDS_A_PAGE < listed.length ? { Shards, NextToken: String(from + SHARDS_A_PAGE) } : { Shards };
  }

  DescribeStreamSummaryCommand(input: DescribeStreamSummaryCommandInput) {
    return { StreamDescriptionSummary: { StreamARN: input.StreamARN, StreamCreationTimestamp: new Date(START) } };
  }

  GetShardIteratorCommand(input: GetShardIteratorCommandInput) {
    const shard = this.#shard(input.ShardId);
    const next = this.#position(shard, input);
    return { ShardIterator: this.#iterator({ shard: shard.id, next, madeAt: this.#world.scheduler.now }) };
  }

  GetRecordsCommand(input: GetRecordsCommandInput) {
    const { faults, scheduler } = this.#world;
    const { now } = scheduler;
    const iterator = JSON.parse(input.ShardIterator ?? '') as Iterator;
    const shard = this.#shard(iterator.shard);
    if (now - iterator.madeAt > ITERATOR_LIFE || faults.fires('iterator expired')) {
      throw new ExpiredIteratorException({ message: 'Iterator expired', $metadata: {} });
    }
    const reads = (this.#reads.get(shard.id) ?? []).filter((at) => at > now - 1000);
    this.#reads.set(shard.id, [...reads, now]);
    if (reads.length >= READS_A_SECOND || faults.fires('read limit')) {
      throw new ProvisionedThroughputExceededException({ message: `Rate exceeded for shard ${shard.id}`, $metadata: {} });
    }
    const from = Math.max(iterator.next, shard.trimmed);
    const ready = shard.records.slice(from, from + (input.Limit ?? 10_000));
    const found = ready.length > 0 && faults.fires('empty answer') ? [] : ready;
    const to = from + found.length;
    const following = shard.records[to];
    const ended = shard.closedAt !== undefined && !following;
    return {
      Records: found.map(toRecord),
      MillisBehindLatest: following ? Math.max(1, now - following.arrival) : 0,
      ...(!ended && { NextShardIterator: this.#iterator({ shard: shard.id, next: to, madeAt: now }) }),
    };
  }

  #iterator(iterator: Iterator): string {
    return JSON.stringify(iterator);
  }

  #position(shard: SimulatedShard, input: GetShardIteratorCommandInput): number {
    const { ShardIteratorType: type, StartingSequenceNumber: sequence, Timestamp: timestamp } = input;
    const firstWhere = (holds: (record: StreamRecord) => boolean): number => {
      const at = shard.records.findIndex(holds);
      return Math.max(shard.trimmed, at < 0 ? shard.records.length : at);
    };
    if (type === 'TRIM_HORIZON') return shard.trimmed;
    if (type === 'AT_TIMESTAMP') return firstWhere(({ arrival }) => arrival >= (timestamp as Date).getTime());
    if (type !== 'AFTER_SEQUENCE_NUMBER') throw new Error(`the simulated Kinesis does not know ${type}`);
    const at = firstWhere((record) => BigInt(record.sequence) > BigInt(sequence as string));
    if (at === shard.trimmed && at > 0 && shard.records[at - 1]?.sequence !== sequence) {
      throw new InvalidArgumentException({ message: 'StartingSequenceNumber is no longer in the shard', $metadata: {} });
    }
    return at;
  }

  #shard(id: string | undefined): SimulatedShard {
    const shard = this.#stream.shards.get(id ?? '');
    if (!shard || shard.forgotten) throw new ResourceNotFoundException({ message: `Shard ${id} does not exist`, $metadata: {} });
    return shard;
  }
}

function describe({ id, parents, from, to, closedAt, records }: SimulatedShard): Shard {
  const [parent, adjacent] = parents;
  const last = records.at(-1)?.sequence ?? '0';
  return {
    ShardId: id,
    ...(parent !== undefined && { ParentShardId: parent }),
    ...(adjacent !== undefined && { AdjacentParentShardId: adjacent }),
    HashKeyRange: { StartingHashKey: String(from), EndingHashKey: String(to) },
    SequenceNumberRange: {
      StartingSequenceNumber: records[0]?.sequence ?? '0',
      ...(closedAt !== undefined && { EndingSequenceNumber: last }),
    },
  };
}

/** A record as GetRecords has it. */
export function toRecord({ sequence, partitionKey, data, arrival }: StreamRecord) {
  return { SequenceNumber: sequence, PartitionKey: partitionKey, Data: data, ApproximateArrivalTimestamp: new Date(arrival) };
}
