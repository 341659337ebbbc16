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

/** `millrace dev`: an application and all it needs in this process. */
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

Runs an application on this machine as it runs on AWS, in one process: a Kinesis, a DynamoDB, the functions, the REST
interface and the dashboard. Everything is kept in a directory, so that the next start goes on where this one ended.

  APP                    file whose default export is the application; events are made up when it exports a generator
  --api-port PORT        REST and dashboard; default ${DEFAULT_PORTS.api}
  --kinesis-port PORT    default ${DEFAULT_PORTS.kinesis}
  --dynamodb-port PORT   default ${DEFAULT_PORTS.dynamodb}; for each port, 0 takes any free one
  --host HOST            address to listen on; default ${DEFAULT_HOST}: this machine only
  --data DIR             where everything is kept; default ${DEFAULT_DATA}
  --shards N             shards of streams that are made; default ${DEFAULT_SHARDS}
  --rate N               made-up events a second; default what the application says
  --no-generator         no made-up events

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
    terminal.err('\nStopping… (Ctrl-C again ends at once)\n');
    await stack.stop();
    return 0;
  },
};

/** On a laptop, what an earlier definition left behind may also just be thrown away. */
function withFreshStart(error: unknown, data: string): unknown {
  if (!(error instanceof MillraceError) || error.code !== 'incompatible') return error;
  const message = `${error.message}; or start afresh: delete ${data}, or choose another directory with --data`;
  return new MillraceError(error.code, message, { cause: error });
}

function interruption({ interrupted }: Terminal): Promise<void> {
  return new Promise((resolve) => {
    if (interrupted.aborted) resolve();
    else interrupted.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** What was started, where, and what to try. */
function greeting({ plan, urls, streams, tables, generator }: LocalStack, data: string): string {
  const [view] = plan.views;
  const [stream] = streams;
  const lines = [
    `Millrace runs application "${plan.name}". Ctrl-C stops it; the next start goes on where it was.`,
    '',
    `  dashboard   ${urls.api}/`,
    `  REST        ${urls.api}/v1/views   (${urls.api}/openapi.json)`,
    `  Kinesis     ${urls.kinesis}   ${streams.map(({ name, created }) => `${name}${created ? '' : ' (kept)'}`).join(', ')}`,
    `  DynamoDB    ${urls.dynamodb}   ${tables.state}, ${tables.results}`,
    `  data        ${data}`,
    ...(generator ? [`  generator   ${generator.rate} events a second`] : []),
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

/** An event that fits a stream's columns, its time the present. */
function sample(stream: LocalStack['plan']['streams'][number] | undefined): Record<string, unknown> {
  const values = { text: 'a', bigint: 1, 'double precision': 1.5, boolean: true, timestamptz: new Date().toISOString(), jsonb: {} };
  const columns = stream?.columns.map(({ name, type }) => [name, name === stream.eventTime ? timeOf(type) : values[type]] as const) ?? [];
  return Object.fromEntries(columns);
}

function timeOf(type: string): string | number {
  return type === 'bigint' || type === 'double precision' ? Date.now() : new Date().toISOString();
}
