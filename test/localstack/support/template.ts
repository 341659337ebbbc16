import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { clientOptions } from './endpoint.ts';

/** The template a stack was deployed by. */
export async function deployedTemplate(endpoint: string, stack: string): Promise<unknown> {
  const { TemplateBody = '' } = await new CloudFormationClient(clientOptions(endpoint)).send(new GetTemplateCommand({ StackName: stack }));
  return JSON.parse(TemplateBody);
}

/** What `cdk synth` makes with the same options on a machine that knows neither LocalStack nor an account. */
export async function synthesizedForAws(stack: string, ...options: readonly string[]): Promise<unknown> {
  const output = mkdtempSync(join(tmpdir(), 'millrace-synth-'));
  try {
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_') && !name.startsWith('LOCALSTACK_')),
    );
    const { status, stderr } = spawnSync('cdk', ['synth', '--quiet', '--output', output, ...options], {
      encoding: 'utf8',
      env: { ...env, CDK_VALIDATION: 'false' },
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(readFileSync(join(output, `${stack}.template.json`), 'utf8'));
  } finally {
    rmSync(output, { recursive: true });
  }
}
