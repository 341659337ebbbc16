import { getHeapStatistics } from 'node:v8';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { KinesisStreamRecord } from 'aws-lambda';
import { compile } from '../compile/compile.ts';
import type { Application } from '../dsl/application.ts';
import type { DecodedRecord } from '../runtime/decoded-record.ts';
import { processBatch } from '../runtime/process-batch.ts';
import { createRuntime, type Runtime } from '../runtime/runtime.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import { decodeRecords } from './kinesis/decode-records.ts';

/** How records are tried. */
export interface TrialWorkerOptions {
  /** the module the worker runs: it must call {@link serveTrial}; a bundle gives its own `import.meta.url` */
  readonly entry: URL;
  /** the file that the entry is to load the application from, when it does not contain it */
  readonly application?: string;
  /** heap the record may take, in megabytes; default half of this process's */
  readonly heapMegabytes?: number;
  /** how long the record may take, in milliseconds; default 10 seconds */
  readonly timeout?: number;
  /** called if the worker did not start, so that nothing was tried; default `console.warn` */
  readonly warn?: (message: string, error: unknown) => void;
}

/** The data passed to the worker. */
interface Trial {
  readonly millraceTrial: true;
  readonly millraceApplication: string | undefined;
  readonly stream: string;
  readonly sequence: string;
  readonly arrival: number;
  readonly partitionKey: string;
  readonly bytes: Uint8Array;
}

/** How long a worker may take to load and compile the application, in milliseconds. */
const START_TIMEOUT = 30_000;
const MEGABYTE = 1024 * 1024;

/**
 * Tries records in a worker thread with heap and time limits: the same application, the same decoding and processing, a
 * store in memory. A record `dies` if it ends the worker after the application has been loaded: out of memory, out of
 * time, exit. A record survives errors that are thrown, as in production, and also a worker that does not start, which is not
 * caused by the record.
 *
 * @example
 * ```ts
 * const trial = createTrialWorker({ entry: new URL(import.meta.url) });
 * await trial('clicks', record); // 'survives'
 * ```
 */
export function createTrialWorker(options: TrialWorkerOptions): NonNullable<Runtime['trial']> {
  const heap = options.heapMegabytes ?? Math.max(64, Math.floor(getHeapStatistics().heap_size_limit / MEGABYTE / 2));
  const timeout = options.timeout ?? 10_000;
  const warn = options.warn ?? console.warn;
  return async (stream, record) => {
    const { sequence, arrival, partitionKey = '' } = record;
    const data: Trial = {
      millraceTrial: true,
      millraceApplication: options.application,
      stream,
      sequence,
      arrival,
      partitionKey,
      bytes: record.bytes(),
    };
    const worker = new Worker(options.entry, { workerData: data, resourceLimits: { maxOldGenerationSizeMb: heap } });
    try {
      return await outcome(worker, timeout, (error) => warn(`record ${sequence} of ${stream} was not tried`, error));
    } finally {
      await worker.terminate();
    }
  };
}

function outcome(worker: Worker, timeout: number, notTried: (error: unknown) => void): Promise<'survives' | 'dies'> {
  return new Promise((resolve) => {
    // Until the application is loaded, no failure is caused by the record.
    let ended: 'survives' | 'dies' = 'survives';
    let ready = false;
    let timer = setTimeout(() => end(new Error(`the worker did not load the application in ${START_TIMEOUT} ms`)), START_TIMEOUT);
    const end = (error?: unknown) => {
      clearTimeout(timer);
      if (!ready) notTried(error);
      ready = true;
      resolve(ended);
    };
    worker.on('message', (message) => {
      if (message === 'done') {
        ended = 'survives';
        end();
        return;
      }
      if (message !== 'ready') return;
      ready = true;
      ended = 'dies';
      clearTimeout(timer);
      timer = setTimeout(end, timeout);
    });
    worker.on('error', end);
    worker.on('exit', (code) => end(new Error(`the worker ended with ${code} before it had loaded the application`)));
  });
}

/**
 * Processes the record of this worker thread and reports the outcome. Does nothing outside a trial's worker, so that
 * a module can be both a function's entry and its worker's.
 *
 * @param application the application the record is for
 */
export async function serveTrial(application: Application): Promise<void> {
  if (isMainThread || !parentPort || (workerData as Partial<Trial> | null)?.millraceTrial !== true) return;
  const trial = workerData as Trial;
  const plan = await compile(application);
  parentPort.postMessage('ready');
  try {
    const { stream } = trial;
    const shard = 'shardId-000000000000';
    const shards = {
      list: async () => [{ shard, parents: [], open: true }],
      probe: async () => ({ empty: true, millisBehindLatest: 0, drained: false }),
    };
    const { aggregation, format } = plan.streams.find(({ name }) => name === stream) ?? {};
    const records: DecodedRecord[] = decodeRecords([asReceived(trial)], { aggregation, format });
    const runtime = createRuntime({ plan, store: createMemoryStore(), shards, clock: { now: () => trial.arrival } });
    await processBatch(runtime, { stream, shard, records, deadline: Number.POSITIVE_INFINITY });
  } catch {
    // An error here is also thrown in production, where it is handled.
  }
  parentPort.postMessage('done');
}

function asReceived({ sequence, arrival, partitionKey, bytes }: Trial): Pick<KinesisStreamRecord, 'kinesis'> {
  return {
    kinesis: {
      sequenceNumber: sequence,
      approximateArrivalTimestamp: arrival / 1000,
      data: Buffer.from(bytes).toString('base64'),
      partitionKey,
      kinesisSchemaVersion: '1.0',
    },
  };
}
