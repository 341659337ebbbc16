import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LocalStack } from '../../lib/local/stack.ts';
import { at, put, startTill, taken } from '../support/till.ts';
import { millrace } from './terminal.ts';

/** What CloudFormation knows: stacks and their outputs. */
const stacks: Record<string, Readonly<Record<string, string>>> = {};
const KEY = 'the-key';

const directory = mkdtempSync(join(tmpdir(), 'millrace-deployed-'));
let stack: LocalStack;
const servers: Server[] = [];

async function serve(answer: (request: IncomingMessage, body: string) => Promise<Response> | Response): Promise<string> {
  const server = createServer(async (request, response) => {
    const given = await answer(request, await text(request));
    response.writeHead(given.status, Object.fromEntries(given.headers)).end(await given.text());
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** CloudFormation's DescribeStacks, as its API reference writes request and answer. */
function cloudFormation(_: IncomingMessage, body: string): Response {
  const asked = new URLSearchParams(body);
  const name = asked.get('StackName') ?? '';
  const headers = { 'content-type': 'text/xml' };
  if (asked.get('Action') !== 'DescribeStacks' || name === 'secret') {
    const denied =
      '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>you may not</Message></Error></ErrorResponse>';
    return new Response(denied, { status: 403, headers });
  }
  const outputs = stacks[name];
  if (!outputs) {
    const message = `Stack with id ${name} does not exist`;
    const body = `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>${message}</Message></Error></ErrorResponse>`;
    return new Response(body, { status: 400, headers });
  }
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  const found = `<member><StackName>${name}</StackName><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members.join('')}</Outputs></member>`;
  return new Response(
    `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>${found}</Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    { headers },
  );
}

beforeAll(async () => {
  stack = await startTill();
  // The stage of a REST API that wants its key.
  const api = await serve((request) => {
    if (request.headers['x-api-key'] !== KEY) return Response.json({ message: 'Forbidden' }, { status: 403 });
    return fetch(stack.urls.api + (request.url ?? '').replace(/^\/live/, ''));
  });
  const apiGateway = await serve((request) =>
    request.url === '/apikeys/k1?includeValue=true'
      ? Response.json({ id: 'k1', value: KEY })
      : Response.json({ message: 'no such key' }, { status: 404 }),
  );
  const outputs = (id: string, apiKeyId: string) => ({
    [`${id}ApiUrl`]: `${api}/live/`,
    [`${id}ApiKeyId`]: apiKeyId,
    [`${id}SalesStream`]: 'sales',
    [`${id}StateTable`]: 'state',
    [`${id}ResultsTable`]: 'results',
  });
  stacks['millrace-till'] = outputs('Millrace', 'k1');
  stacks.two = { ...outputs('Till', 'k1'), ...outputs('OldTill', 'k2') };
  stacks.other = { BucketName: 'b' };
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDFORMATION', await serve(cloudFormation));
  vi.stubEnv('AWS_ENDPOINT_URL_API_GATEWAY', apiGateway);
  vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', stack.urls.kinesis);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's');
  await put(stack, { shop: 'a', price: 2, at: at(0) }, 'price=1');
  await taken(stack, 2);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  for (const server of servers) server.close();
  await stack.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('--stack', () => {
  it('asks a deployed stack by its outputs, with its key', async () => {
    const status = await millrace(['status', '--stack', 'millrace-till', '--max-delay', '1 hour', '--json']);
    expect(JSON.parse(status.out)).toMatchObject({ application: 'till', healthy: true, streams: [{ stream: 'sales', dead: 1 }] });
    expect(status.code).toBe(0);
    const rows = await millrace(['query', 'per_shop', '--key', 'shop=a', '--stack', 'millrace-till', '--json']);
    expect(JSON.parse(rows.out)).toMatchObject({ shop: 'a', total: 2 });
  });

  it('names one of several applications', async () => {
    expect((await millrace(['dead-letters', '--stack', 'two/Till'])).out).toContain('price=1');
    expect((await millrace(['dead-letters', '--stack', 'two/old-till'])).err).toMatch(
      /^millrace dead-letters: the value of API key k2 cannot be looked up: [^\n]+\n$/,
    );
  });

  it('replays into the stream that the stack names', async () => {
    const args = ['dead-letters', 'sales', '--replay', '--stack', 'millrace-till', '--ledger', join(directory, 'l.ndjson')];
    const asked = await millrace(args, undefined, 'n');
    expect(asked.err).toContain('Put 1 into the Kinesis stream sales at AWS? [y/N] ');
    const { code, out } = await millrace(args, undefined, 'y');
    expect({ code, out }).toEqual({ code: 0, out: '1 put\n' });
    await taken(stack, 3);
  });

  it.each([
    [
      'nowhere',
      2,
      'there is no stack "nowhere" in eu-west-1: cdk deploy prints its name; set AWS_REGION and AWS_PROFILE to its region and account',
    ],
    ['other', 2, 'stack "other" holds no Millrace application: it is CREATE_COMPLETE and has none of MillraceApplication’s outputs'],
    ['two', 2, 'stack "two" holds several applications: name one with --stack two/ID; the ids are Till, OldTill'],
    ['two/New', 2, 'name one with --stack two/ID; the ids are Till, OldTill'],
    ['millrace-till/New', 2, 'stack "millrace-till" holds no Millrace application "New": there is Millrace'],
    ['secret', 1, 'stack "secret" cannot be looked up: you may not (it needs cloudformation:DescribeStacks)'],
  ])('%s: tells in one line what is wrong', async (name, code, message) => {
    const said = await millrace(['status', '--stack', name]);
    expect(said.err).toContain(message);
    expect(said.err).toMatch(/^millrace status: [^\n]*\n$/);
    expect(said).toMatchObject({ code, out: '' });
  });

  it('says that it has no credentials, or no region', async () => {
    const credentials = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' };
    for (const [name, value] of Object.entries({ ...credentials, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' }))
      vi.stubEnv(name, value);
    const said = await millrace(['status', '--stack', 'millrace-till']);
    expect(said.err).toMatch(
      /^millrace status: stack "millrace-till" cannot be looked up without AWS credentials: set AWS_PROFILE, [^\n]*\n$/,
    );
    vi.stubEnv('AWS_REGION', undefined);
    expect((await millrace(['status', '--stack', 'millrace-till'])).err).toMatch(/set the region with AWS_REGION\n$/);
  });
});
