import application from 'millrace-application';
import { readEnvironment } from '../lib/aws/environment.ts';
import { createAggregateHandler } from '../lib/aws/handlers/aggregate-handler.ts';
import { createTrialWorker, serveTrial } from '../lib/aws/trial-worker.ts';
import { keepGarbageYoung } from '../lib/aws/v8-flags.ts';

keepGarbageYoung();

/** Behind the event source mapping: takes batches of Kinesis records. */
export const handler = createAggregateHandler(application, readEnvironment(process.env), {
  trial: createTrialWorker({ entry: new URL(import.meta.url) }),
});

// This file is also what the worker runs in which a record is tried.
await serveTrial(application);
