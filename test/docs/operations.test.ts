import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { readProps } from '../../infra/options.ts';
import { MAX_ANSWER } from '../../lib/api/json-response.ts';
import { MOST_ROWS } from '../../lib/api/sql.ts';
import { MOST_CHARACTERS } from '../../lib/api/sql-question.ts';
import { MAX_LIMIT } from '../../lib/api/values.ts';
import type { Command } from '../../lib/cli/command.ts';
import { KEPT_BYTES_PER_EVENT } from '../../lib/core/step.ts';
import { MOST_INFLATED } from '../../lib/formats/decode-payload.ts';
import { LIMITS } from '../../lib/runtime/limits.ts';
import { synthesize, testApp } from '../infra/synth.ts';
import { codeBlocks } from '../support/code-blocks.ts';

const FILES = ['docs/deploying.md', 'docs/operating.md', 'docs/security.md'];
const [deploying = '', operating = ''] = FILES.map((file) => readFileSync(file, 'utf8'));
const directory = mkdtempSync(join(tmpdir(), 'millrace-docs-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The first cells of a table's rows, by the heading of its first column. */
function firstCells(text: string, heading: string): string[] {
  const [, table = ''] = text.split(`\n| ${heading} |`);
  const rows = table.split('\n\n')[0]?.split('\n').slice(2) ?? [];
  return rows.map((row) => row.split('|')[1]?.trim() as string);
}

/** A command's options; `undefined` when there is no such command. */
async function optionsOf(name: string): Promise<string[] | undefined> {
  if (!existsSync(`lib/cli/${name}.ts`)) return undefined;
  const exported = Object.values((await import(`../../lib/cli/${name}.ts`)) as Record<string, Partial<Command>>);
  return Object.keys(exported.find(({ options }) => options !== undefined)?.options ?? {});
}

describe('the guides to deploying and operating', () => {
  it('name commands and options that exist', async () => {
    const lines = FILES.flatMap((file) => codeBlocks(file, 'sh')).flatMap((block) => block.split('\n'));
    const inline = [deploying, operating].flatMap((text) => Array.from(text.matchAll(/`(millrace [^`]+)`/g), ([, said]) => said as string));
    const calls = [...lines, ...inline].flatMap(
      (line) => /(?:^|npx |-s )millrace (?:-- )?(.*)/.exec(line.split(' #')[0] as string)?.[1] ?? [],
    );
    expect(calls.length).toBeGreaterThan(10);
    for (const call of calls) {
      const options = await optionsOf(call.split(' ')[0] as string);
      expect(options, `millrace ${call}`).toBeDefined();
      for (const [, option] of call.matchAll(/ --([a-z-]+)/g)) expect(options, `millrace ${call}`).toContain(option);
    }
  });

  it('name every option of the CDK app', () => {
    const named = [...deploying.matchAll(/-c ([a-z-]+)/g), ...operating.matchAll(/-c ([a-z-]+)/g)].map(([, name]) => name as string);
    const declared = readFileSync('infra/options.ts', 'utf8').matchAll(/^ {2}'?([a-z-]+)'?: \(value(?:, scope)?\) =>/gm);
    const options = Array.from(declared, ([, name]) => name as string);
    expect(new Set(named)).toEqual(new Set(['app', 'stack', ...options]));
    // A line break is invalid for every option.
    for (const option of options) {
      expect(() => readProps((name) => ({ [option]: '\n' })[name], new Stack(testApp()))).toThrow(`-c ${option}=`);
    }
  });

  /** Runs a CDK app of the guide, with the clickstream example as its application. */
  function synthesizeShown(code: string, outdir: string): void {
    const program = code
      .replace("'millrace/cdk'", JSON.stringify(resolve('infra/constructs/millrace-application.ts')))
      .replace("from './app.ts'", `from ${JSON.stringify(resolve('examples/clickstream/app.ts'))}`)
      .replace("import.meta.resolve('./app.ts')", JSON.stringify(pathToFileURL(resolve('examples/clickstream/app.ts')).href));
    const env = { ...process.env, CDK_OUTDIR: outdir, CDK_VALIDATION: 'false' };
    const { status, stderr } = spawnSync('node', ['--input-type=module-typescript', '--eval', program], { encoding: 'utf8', env });
    expect(status, stderr).toBe(0);
  }

  it('deploy the stages that are shown', () => {
    const [code = ''] = codeBlocks('docs/deploying.md', 'ts');
    synthesizeShown(code, directory);
    const streams = ['Test', 'Production'].map((stage) => {
      const files = readdirSync(join(directory, `assembly-${stage}`));
      const file = files.find((name) => name.endsWith('.template.json')) as string;
      const { Resources } = JSON.parse(readFileSync(join(directory, `assembly-${stage}`, file), 'utf8'));
      return Object.values<{ Type: string; Properties: object }>(Resources).find(({ Type }) => Type === 'AWS::Kinesis::Stream')?.Properties;
    });
    expect(streams).toMatchObject([{ ShardCount: 1 }, { RetentionPeriodHours: 336, StreamModeDetails: { StreamMode: 'ON_DEMAND' } }]);
  });

  it('deploy over the existing stream and table that are shown', () => {
    const [, code = ''] = codeBlocks('docs/deploying.md', 'ts');
    const outdir = join(directory, 'existing');
    synthesizeShown(code, outdir);
    const { Resources } = JSON.parse(readFileSync(join(outdir, 'Shop.template.json'), 'utf8'));
    const ofType = (type: string) =>
      Object.values<{ Type: string; Properties: object }>(Resources)
        .filter(({ Type }) => Type === type)
        .map(({ Properties }) => Properties);
    expect(ofType('AWS::Kinesis::Stream')).toEqual([]);
    expect(ofType('AWS::DynamoDB::Table')).toHaveLength(1);
    const [, arn] = /streamArn: '(.*)'/.exec(code) ?? [];
    expect(ofType('AWS::Lambda::EventSourceMapping')).toMatchObject([{ EventSourceArn: arn }]);
    const [, key] = /fromKeyArn\(stack, 'Key', '(.*)'\)/.exec(code) ?? [];
    expect(JSON.stringify(ofType('AWS::IAM::Policy')).split(`"kms:Decrypt","Effect":"Allow","Resource":"${key}"`)).toHaveLength(3);
  });

  it('say what to do for every alarm', () => {
    const ids = Object.keys(synthesize().findResources('AWS::CloudWatch::Alarm'));
    const made = ids.map((id) => id.replace(/^ShopAlarms(.*)[0-9A-F]{8}$/, '$1').replace(/^clicks/, 'STREAM-'));
    const told = firstCells(operating, 'alarm').flatMap((cell) => cell.replaceAll('`', '').split(', '));
    expect(told.sort()).toEqual(made.sort());
  });

  it.each([
    ['a record that is gzip', MOST_INFLATED / 1024 / 1024, 'MiB'],
    ['bytes kept of a late event or dead letter', KEPT_BYTES_PER_EVENT / 1024, 'KiB'],
    ['log entries, late events, dead letters', LIMITS.logTtl / 86_400_000, 'days'],
    ['rows of an answer', MAX_LIMIT, '(`limit`)'],
    ['rows of an answer', MAX_ANSWER / 1024 / 1024, 'MiB'],
    ['an ad hoc query', MOST_CHARACTERS, 'characters'],
    ['an ad hoc query', MOST_ROWS, 'rows of answer'],
  ])('%s: %i %s', (what, number, unit) => {
    expect(operating).toMatch(new RegExp(`^\\| ${what} \\|.*\\b${number.toLocaleString('en')} ${unit.replace(/[()]/g, '\\$&')}`, 'm'));
  });
});
