import { MillraceError } from '../core/errors.ts';
import { dashboardPage } from '../dashboard/page.ts';
import { type LocalStack, startLocalStack } from '../local/stack.ts';
import { amount, flag, onlyPositional, text, wholeNumber } from './arguments.ts';
import type { Command } from './command.ts';
import { loadApplication } from './load-application.ts';
import { ProblemLog } from './problem-log.ts';
import type { Terminal } from './terminal.ts';

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORTS = { api: 8080, kinesis: 4567, dynamodb: 4570 };
const DEFAULT_DATA = '.millrace';
const DEFAULT_SHARDS = 2;

/** `millrace dev`: runs an application and everything it needs in this process. */
export const dev: Command = {
  options: {
    'api-port': { type: 'string' },
    'kinesis-port': { type: 'string' },
    'dynamodb-port': { type: 'string' },
    host: { type: 'string' },
    data: { type: 'string' },
    shards: { type: 'string' },
    rate: { type: 'string' },
    'no-generator': { type: 'boolean' },
  },
  help: `Usage: millrace dev APP [options]

Runs an application on this machine as on AWS, in one process: emulated Kinesis and DynamoDB, the functions, the REST
API and the dashboard. All data is stored in a directory, so the next start continues where this one ended.

  APP                    file whose default export is the application, or a file of SQL; its export generator makes events
  --api-port PORT        REST and dashboard; default ${DEFAULT_PORTS.api}
  --kinesis-port PORT    default ${DEFAULT_PORTS.kinesis}
  --dynamodb-port PORT   default ${DEFAULT_PORTS.dynamodb}; for each port, 0 selects a free one
  --host HOST            address to listen on; default ${DEFAULT_HOST}: this machine only
  --data DIR             directory of the data; default ${DEFAULT_DATA}
  --shards N             number of shards of new streams; default ${DEFAULT_SHARDS}
  --rate N               generated events per second; default is the generator's rate
  --no-generator         generates no events

Example: millrace dev examples/clickstream/app.ts --api-port 8081
`,
  async run(given, terminal) {
    const file = onlyPositional(given, 'APP');
    const ports = {
      api: wholeNumber(given, 'api-port', 0, 65_535) ?? DEFAULT_PORTS.api,
      kinesis: wholeNumber(given, 'kinesis-port', 0, 65_535) ?? DEFAULT_PORTS.kinesis,
      dynamodb: wholeNumber(given, 'dynamodb-port', 0, 65_535) ?? DEFAULT_PORTS.dynamodb,
    };
    const data = text(given, 'data') ?? DEFAULT_DATA;
    const host = text(given, 'host') ?? DEFAULT_HOST;
    const shards = wholeNumber(given, 'shards', 1, 1000) ?? DEFAULT_SHARDS;
    const rate = amount(given, 'rate');
    const { application, generator, entry } = await loadApplication(file);
    const made = flag(given, 'no-generator') ? undefined : generator;
    const problems = new ProblemLog((line) => terminal.err(`${line}\n`));
    const starting = startLocalStack({
      application,
      data,
      host,
      ports,
      shards,
      entry,
      page: dashboardPage(),
      ...(made && { generator: made }),
      ...(rate !== undefined && { rate }),
      onProblem: (message, error) => problems.report(message, error),
    });
    const stack = await starting.catch((error) => {
      throw withFreshStart(error, data);
    });
    await terminal.out(greeting(stack, data));
    await interruption(terminal);
    terminal.err('\nStopping… (press Ctrl-C again to stop at once)\n');
    await stack.stop();
    return 0;
  },
};

/** On a laptop, the state of an earlier definition can also be deleted. */
function withFreshStart(error: unknown, data: string): unknown {
  if (!(error instanceof MillraceError) || error.code !== 'incompatible') return error;
  const message = `${error.message}; or start with empty state: delete ${data}, or choose another directory with --data`;
  return new MillraceError(error.code, message, { cause: error });
}

function interruption({ interrupted }: Terminal): Promise<void> {
  return new Promise((resolve) => {
    if (interrupted.aborted) resolve();
    else interrupted.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Says what was started, where, and what to try. */
function greeting({ plan, urls, streams, tables, generator }: LocalStack, data: string): string {
  const [view] = plan.views;
  const [stream] = streams;
  const lines = [
    `Millrace runs application "${plan.name}". Press Ctrl-C to stop it; the next start continues from there.`,
    '',
    `  dashboard   ${urls.api}/`,
    `  REST        ${urls.api}/v1/views   (${urls.api}/openapi.json)`,
    `  Kinesis     ${urls.kinesis}   ${streams.map(({ name, created }) => `${name}${created ? '' : ' (kept)'}`).join(', ')}`,
    `  DynamoDB    ${urls.dynamodb}   ${tables.state}, ${tables.results}`,
    `  data        ${data}`,
    ...(generator ? [`  generator   ${generator.rate} events per second`] : []),
    '',
    'Try:',
    `  curl '${urls.api}/v1/views/${view?.name}/rows?window=latest&limit=3'`,
    '  AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local aws kinesis put-record \\',
    `    --region us-east-1 --endpoint-url ${urls.kinesis} --stream-name ${stream?.name} \\`,
    `    --cli-binary-format raw-in-base64-out --partition-key 1 --data '${JSON.stringify(sample(plan.streams[0]))}'`,
    '',
  ];
  return `${lines.join('\n')}\n`;
}

/** An event that fits a stream's columns, with the current time. */
function sample(stream: LocalStack['plan']['streams'][number] | undefined): Record<string, unknown> {
  const values = { text: 'a', bigint: 1, 'double precision': 1.5, boolean: true, timestamptz: new Date().toISOString(), jsonb: {} };
  const columns = stream?.columns.map(({ name, type }) => [name, name === stream.eventTime ? timeOf(type) : values[type]] as const) ?? [];
  return Object.fromEntries(columns);
}

function timeOf(type: string): string | number {
  return type === 'bigint' || type === 'double precision' ? Date.now() : new Date().toISOString();
}
