import application from 'millrace-application';
import { readEnvironment } from '../lib/aws/environment.ts';
import { createMergeHandler } from '../lib/aws/handlers/merge-handler.ts';

/** Invoked every minute, and by `aggregate` when a window passed. */
export const handler = createMergeHandler(application, readEnvironment(process.env));
