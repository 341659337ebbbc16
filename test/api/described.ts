import { Validator } from '@seriousme/openapi-schema-validator';
import { expect } from 'vitest';
import { z } from 'zod';

interface Resolved {
  readonly paths: Record<string, Record<string, { readonly responses: Record<string, Response> } | undefined> | undefined>;
}
interface Response {
  readonly content: Record<string, { readonly schema: unknown } | undefined>;
}

/**
 * That a document is OpenAPI, and describes an answer exactly: nothing is answered that is not described.
 *
 * @param method by which it was asked for
 */
export async function expectDescribed(
  document: object,
  path: string,
  { status, body, headers }: { readonly status: number; readonly body: unknown; readonly headers: Headers },
  method = 'get',
): Promise<void> {
  const validator = new Validator();
  const { errors } = await validator.validate(JSON.parse(JSON.stringify(document)) as Record<string, unknown>);
  expect(errors).toBeUndefined();
  const { paths } = validator.resolveRefs() as unknown as Resolved;
  const schema = paths[path]?.[method]?.responses[status]?.content[headers.get('content-type') ?? '']?.schema;
  expect(schema).toBeDefined();
  const strict = JSON.parse(JSON.stringify(schema, (_, value) => (value?.properties ? { ...value, additionalProperties: false } : value)));
  expect(z.fromJSONSchema(strict).safeParse(body).error).toBeUndefined();
}
