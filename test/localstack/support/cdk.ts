import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { environmentOf } from './endpoint.ts';

/**
 * Runs the CDK's command line as a user does, each time with an output directory of its own, so that several can run at once.
 *
 * @returns what it printed
 * @throws Error with what it printed when it fails
 */
export async function cdk(endpoint: string, ...args: readonly string[]): Promise<string> {
  const output = await mkdtemp(join(tmpdir(), 'millrace-cdk-'));
  try {
    const child = spawn('cdk', [...args, '--output', output], {
      // CDK's own check of templates takes as long as all else; the test of `cdk synth` has it.
      env: { ...environmentOf(endpoint), CDK_VALIDATION: 'false' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
    const [out, err, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    if (status !== 0) throw new Error(`cdk ${args.join(' ')} ended with ${status}:\n${out}${err}`);
    return out + err;
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}
