import { runCli } from '../../lib/cli/cli.ts';

/** What a command printed, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Calls `millrace` in this process.
 *
 * @param answer what a person says when asked, and may do before; default: nobody is there
 */
export async function millrace(
  args: readonly string[],
  interrupted = new AbortController().signal,
  answer?: string | (() => Promise<string>),
): Promise<Ran> {
  let [out, err] = ['', ''];
  const code = await runCli(args, {
    out: async (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    ask: async (question) => {
      err += `${question}\n`;
      return typeof answer === 'function' ? answer() : answer;
    },
    interactive: false,
    interrupted,
  });
  return { code, out, err };
}
