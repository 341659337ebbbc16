import type { Overload } from '../overload.ts';
import { fail } from '../values/failure.ts';
import { jsonType } from '../values/json.ts';
import { asText, followPath } from '../values/json-path.ts';

/** Functions of jsonb. */
export const JSON_FUNCTIONS: Readonly<Record<string, readonly Overload[]>> = {
  jsonb_typeof: [{ args: ['jsonb'], result: 'text', call: jsonType }],
  jsonb_array_length: [{ args: ['jsonb'], result: 'bigint', call: arrayLength }],
  jsonb_extract_path: [
    {
      args: ['jsonb'],
      rest: 'text',
      result: 'jsonb',
      nullable: true,
      call: (value: unknown, ...path: string[]) => followPath(value, path),
    },
  ],
  jsonb_extract_path_text: [
    {
      args: ['jsonb'],
      rest: 'text',
      result: 'text',
      nullable: true,
      call: (value: unknown, ...path: string[]) => asText(followPath(value, path)),
    },
  ],
};

function arrayLength(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return fail(typeof value === 'object' ? 'cannot get array length of a non-array' : 'cannot get array length of a scalar');
}
