import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import type { Column } from '../core/column.ts';
import { jsonSchemaColumns } from '../plan/json-schema-columns.ts';
import type { Parsed } from '../plan/row-validator.ts';

type Standard = StandardSchemaV1['~standard'] & Partial<StandardJSONSchemaV1['~standard']>;

/** The Standard Schema part of a validator, or `undefined` when it has none. */
export function standardOf(schema: unknown): Standard | undefined {
  if ((typeof schema !== 'object' && typeof schema !== 'function') || schema === null) return undefined;
  const standard = (schema as { '~standard'?: Standard })['~standard'];
  return typeof standard?.validate === 'function' ? standard : undefined;
}

/**
 * The columns that a schema describes.
 *
 * @param of its output, or its input
 * @returns the columns, or why there are none
 * @see https://standardschema.dev/json-schema
 */
export function schemaColumns(standard: Standard, of: 'output' | 'input' = 'output'): readonly Column[] | string {
  if (!standard.jsonSchema) return `the schema (${standard.vendor}) does not describe itself as JSON Schema`;
  try {
    const columns = jsonSchemaColumns(standard.jsonSchema[of]({ target: 'draft-2020-12', ...optionsFor(standard.vendor) }));
    return columns ?? 'the schema is not one of objects with known properties';
  } catch (error) {
    return `the schema (${standard.vendor}) could not describe itself as JSON Schema (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** By default, Zod refuses to describe a schema with a Date or a transformed property. */
function optionsFor(vendor: string): { libraryOptions?: Record<string, unknown> } {
  if (vendor !== 'zod') return {};
  const override = ({
    zodSchema,
    jsonSchema,
  }: {
    zodSchema: { _zod?: { def?: { type?: string } } };
    jsonSchema: Record<string, unknown>;
  }) => {
    if (zodSchema._zod?.def?.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
  };
  return { libraryOptions: { unrepresentable: 'any', override } };
}

/**
 * A validator as a function that returns the value or the reason why there is none.
 *
 * @returns a function that throws what the validator throws
 */
export function schemaParser(standard: Standard): (value: unknown) => Parsed {
  // Called for every event, so a success is returned unchanged, without another object.
  return (value) => {
    const result = standard.validate(value);
    if (result instanceof Promise) {
      result.catch(() => undefined);
      return { reason: 'the schema returned a promise: validators must be synchronous' };
    }
    return result.issues ? { reason: reasonOf(result.issues) } : result;
  };
}

function reasonOf(issues: readonly StandardSchemaV1.Issue[]): string {
  return issues.length === 0 ? 'the schema refused it without a reason' : issues.slice(0, 3).map(issueText).join('; ');
}

function issueText({ message, path }: StandardSchemaV1.Issue): string {
  const keys = (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
}

/**
 * Whether a validator returns a promise for one of several probes. If its asynchronous part needs a value that no probe
 * has, its first event reveals it.
 */
export function isAsynchronous(standard: Standard, probes: readonly unknown[]): boolean {
  let asynchronous = false;
  for (const probe of probes) {
    try {
      const result: unknown = standard.validate(probe);
      if (typeof result === 'object' && result !== null && 'then' in result) {
        asynchronous = true;
        Promise.resolve(result).catch(() => undefined);
      }
    } catch {
      // A probe is not an event, so an error means nothing.
    }
  }
  return asynchronous;
}
