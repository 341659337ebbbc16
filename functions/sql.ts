import application from 'millrace-application';
import { readEnvironment } from '../lib/aws/environment.ts';
import { createSqlHandler } from '../lib/aws/handlers/sql-handler.ts';

/** Behind POST /v1/sql of the REST API. It is bundled with the parser of SQL, and is the only one. */
export const handler = createSqlHandler(application, readEnvironment(process.env));
