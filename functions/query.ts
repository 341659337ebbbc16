import application from 'millrace-application';
import page from 'millrace-dashboard';
import { readEnvironment } from '../lib/aws/environment.ts';
import { createQueryHandler } from '../lib/aws/handlers/query-handler.ts';

/** Behind the REST API, but for POST /v1/sql. */
export const handler = createQueryHandler(application, readEnvironment(process.env), { page, sql: true });
