import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { createDynamoStore } from '../../../aws/dynamodb/dynamo-store.ts';
import type { Environment } from '../../../aws/environment.ts';
import { createAggregateHandler } from '../../../aws/handlers/aggregate-handler.ts';
import { createMergeHandler, type MergeEvent, type MergeSummary } from '../../../aws/handlers/merge-handler.ts';
import { createKinesisShardSource } from '../../../aws/kinesis/kinesis-shard-source.ts';
import type { Telemetry } from '../../../aws/telemetry.ts';
import { compile } from '../../../compile/compile.ts';
import { MillraceError } from '../../../core/errors.ts';
import type { SqlDefinition } from '../../../dsl/sql.ts';
import { createReader, type Reader } from '../../../runtime/read/reader.ts';
import { createRuntime, type RuntimeOptions } from '../../../runtime/runtime.ts';
import { defineApplication, STREAM } from '../application/define-application.ts';
import type { Container } from '../container.ts';
import { RESULTS_TABLE, type SimulatedDynamo, STATE_TABLE } from '../dynamodb/simulated-dynamodb.ts';
import type { SimulatedKinesis } from '../kinesis/simulated-kinesis.ts';
import { readRecord } from '../oracle/read-record.ts';
import { send } from '../request.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { World } from '../world.ts';
import { STREAM_ARN } from './event-source.ts';
import { type Code, SimulatedFunction } from './simulated-function.ts';

const AGGREGATE_TIMEOUT = 60_000;
const MERGE_TIMEOUT = 120_000;
const QUERY_TIMEOUT = 29_000;
/** The final queries for all rows have no time limit. */
const AUDIT_TIMEOUT = 864_000_000;

/** What is deployed. */
export interface Deployed {
  readonly version: string;
  /** it fails on every event, or does not even start */
  readonly broken: 'no' | 'every event' | 'start';
}

/** A query to a query function. */
export type Query = (reader: Reader) => Promise<unknown>;

/** The functions of an application, in containers; two of them answer queries, one of these only at the end. */
export class Functions {
  deployed: Deployed = { version: 'v1', broken: 'no' };
  readonly aggregate: SimulatedFunction<KinesisStreamEvent, KinesisStreamBatchResponse>;
  readonly merge: SimulatedFunction<MergeEvent, MergeSummary>;
  readonly query: SimulatedFunction<Query, unknown>;
  readonly audit: SimulatedFunction<Query, unknown>;
  readonly #world: World;
  readonly #scenario: Scenario;
  readonly #derived: SqlDefinition | undefined;
  readonly #dynamo: SimulatedDynamo;
  readonly #kinesis: SimulatedKinesis;
  readonly #whenMerging: (() => void)[] = [];
  readonly #onError: (container: string, error: unknown) => void;

  /**
   * @param derived the application's derived views
   * @param onError told of what functions throw
   */
  constructor(
    world: World,
    scenario: Scenario,
    derived: SqlDefinition | undefined,
    dynamo: SimulatedDynamo,
    kinesis: SimulatedKinesis,
    onError: (container: string, error: unknown) => void,
  ) {
    this.#onError = onError;
    this.#world = world;
    this.#scenario = scenario;
    this.#derived = derived;
    this.#dynamo = dynamo;
    this.#kinesis = kinesis;
    this.aggregate = this.#function('aggregate', AGGREGATE_TIMEOUT, (container) => this.#aggregate(container));
    this.merge = this.#function('merge', MERGE_TIMEOUT, (container) => this.#merge(container));
    this.query = this.#function('query', QUERY_TIMEOUT, (container) => this.#query(container));
    this.audit = this.#function('audit', AUDIT_TIMEOUT, (container) => this.#query(container));
  }

  /** Registers a listener for the start of merges. */
  whenMerging(does: () => void): void {
    this.#whenMerging.push(does);
  }

  /** Invokes the merge function asynchronously, with two retries. */
  invokeMerge(event: MergeEvent, tries = 3): void {
    for (const does of this.#whenMerging) does();
    this.merge.invoke(event, (answer, error) => {
      if (answer !== undefined) return;
      this.#world.say('merge', `failed: ${String(error)}`);
      if (tries > 1) this.#world.scheduler.after(60_000, () => this.invokeMerge(event, tries - 1));
    });
  }

  #function<E, A>(name: string, timeout: number, load: (container: Container) => Code<E, A>): SimulatedFunction<E, A> {
    const start = (container: Container) => {
      const { version, broken } = this.deployed;
      const failing: Code<E, A> = () => Promise.reject(new MillraceError('unavailable', 'the module does not load'));
      return { version, code: broken === 'start' ? failing : load(container) };
    };
    return new SimulatedFunction(this.#world, { name, timeout, start, version: () => this.deployed.version, onError: this.#onError });
  }

  #aggregate(container: Container): Code<KinesisStreamEvent, KinesisStreamBatchResponse> {
    const invokeMerge = (stream: string): Promise<void> =>
      send(
        this.#world,
        container,
        () => false,
        'Invoke',
        () => this.invokeMerge({ stream }),
      );
    return createAggregateHandler(this.#application(), this.#environment(), { ...this.#overrides(container), invokeMerge });
  }

  #merge(container: Container): Code<MergeEvent, MergeSummary> {
    return createMergeHandler(this.#application(), this.#environment(), this.#overrides(container));
  }

  #query(container: Container): Code<Query, unknown> {
    let reader: Promise<Reader> | undefined;
    const start = async (): Promise<Reader> => {
      const options = { ...this.#overrides(container), plan: await compile(this.#application()) };
      return createReader(createRuntime(options), { followEvery: this.#scenario.followEvery });
    };
    return async (query) => {
      reader ??= start();
      return query(await reader);
    };
  }

  /** The application as it is deployed now. */
  #application() {
    const { broken } = this.deployed;
    const onEvent = (does: string): void => {
      if (broken === 'every event') throw new TypeError('a mistake in a new version');
      if (does === 'throw') throw new RangeError('an event that cannot be processed');
      if (does !== 'crash') return;
      this.#world.faults.count('poison event');
      this.#world.running?.die('out of memory');
    };
    return defineApplication(this.#scenario.application, onEvent, this.#derived);
  }

  #environment(): Environment {
    return {
      stateTable: STATE_TABLE,
      resultsTable: RESULTS_TABLE,
      streams: { [STREAM]: STREAM_ARN },
      mergeFunction: undefined,
      version: this.deployed.version,
      startingPosition: 'TRIM_HORIZON',
    };
  }

  #overrides(
    container: Container,
  ): Omit<RuntimeOptions, 'plan' | 'shards'> & { shards: ReturnType<typeof createKinesisShardSource>; telemetry: Telemetry } {
    const { limits, cacheBytes, pieceBytes } = this.#scenario;
    const { scheduler } = this.#world;
    const { clockSkew = 0 } = this.#scenario;
    const skew = clockSkew === 0 ? 0 : scheduler.between(-clockSkew, clockSkew);
    if (skew !== 0) this.#world.faults.count('clock skew');
    const clock = { now: () => scheduler.now + skew };
    const wait = (ms: number): Promise<void> => new Promise((resolve) => container.resume(scheduler.now + ms, resolve));
    const pause = (most: number): Promise<void> => wait(scheduler.between(0, Math.floor(most)));
    return {
      store: createDynamoStore({
        client: this.#dynamo.client(container),
        stateTable: STATE_TABLE,
        resultsTable: RESULTS_TABLE,
        pieceBytes,
        pause,
      }),
      shards: createKinesisShardSource({
        client: this.#kinesis.client(container),
        streams: { [STREAM]: STREAM_ARN },
        startingPosition: 'TRIM_HORIZON',
        clock,
      }),
      clock,
      nonce: () => this.#world.nonce(),
      limits,
      cacheBytes,
      trial: async (_, record) => {
        await wait(scheduler.between(200, 3000));
        const { maxAhead } = this.#scenario.application;
        const isProcessed = (at: number): boolean => at - record.arrival <= maxAhead;
        // Alone, of no shard.
        const tried = { partitionKey: '', data: record.bytes(), shard: { from: 0n, to: 0n } };
        return readRecord(tried).some((event) => event?.does === 'crash' && isProcessed(event.at)) ? 'dies' : 'survives';
      },
      telemetry: { measure: () => {}, warn: this.#tell(container), error: this.#tell(container) },
    };
  }

  #tell(container: Container): Telemetry['warn'] {
    return (message, error) => this.#world.say(container.name, `${message}: ${String(error)}`);
  }
}
