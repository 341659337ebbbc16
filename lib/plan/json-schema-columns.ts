import type { Column, ColumnType } from '../core/column.ts';

type JsonSchema = Readonly<Record<string, unknown>>;
interface Shape {
  readonly type: ColumnType;
  readonly nullable: boolean;
}
const ANYTHING: Shape = { type: 'jsonb', nullable: true };
const DEEPEST = 32;

/**
 * Reads columns from the JSON Schema (draft 2020-12) of an object: one per property. Alternatives (`anyOf`, `oneOf`) give the
 * properties of all; one that an alternative lacks is nullable, one with several types is `jsonb`.
 *
 * @returns the columns in order, or `undefined` if the schema does not describe objects
 * @example
 * ```ts
 * jsonSchemaColumns({ type: 'object', properties: { ms: { type: ['number', 'null'] } }, required: ['ms'] });
 * // [{ name: 'ms', type: 'double precision', nullable: true }]
 * ```
 */
export function jsonSchemaColumns(schema: JsonSchema): readonly Column[] | undefined {
  const shapes = new Reader(schema).properties(schema, 0);
  return shapes && [...shapes].map(([name, shape]) => ({ name, ...shape }));
}

class Reader {
  readonly #root: JsonSchema;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  properties(given: unknown, depth: number): Map<string, Shape> | undefined {
    const schema = this.#resolve(given, depth);
    if (!schema) return undefined;
    const alternatives = list(schema.anyOf) ?? list(schema.oneOf);
    const parts = list(schema.allOf);
    if (schema.type !== 'object' && !alternatives && !parts) return undefined;
    const found = new Map<string, Shape>();
    const required = new Set(list(schema.required) ?? []);
    for (const [name, property] of Object.entries(asObject(schema.properties) ?? {})) {
      const shape = this.#shape(property, depth + 1);
      found.set(name, required.has(name) ? shape : { ...shape, nullable: true });
    }
    for (const part of parts ?? []) {
      const others = this.properties(part, depth + 1);
      if (!others) return undefined;
      for (const [name, shape] of others) found.set(name, shape);
    }
    if (alternatives) {
      const all = alternatives.map((alternative) => this.properties(alternative, depth + 1));
      if (all.includes(undefined)) return undefined;
      for (const [name, shape] of union(all as Map<string, Shape>[])) if (!found.has(name)) found.set(name, shape);
    }
    return found;
  }

  #shape(given: unknown, depth: number): Shape {
    const schema = this.#resolve(given, depth);
    if (!schema) return ANYTHING;
    if ('const' in schema) return shapeOfValues([schema.const]);
    const values = list(schema.enum);
    if (values) return shapeOfValues(values);
    const alternatives = list(schema.anyOf) ?? list(schema.oneOf);
    if (alternatives) return alternatives.map((alternative) => this.#shape(alternative, depth + 1)).reduce(either);
    const parts = list(schema.allOf)?.map((part) => this.#shape(part, depth + 1));
    if (parts) return parts.find(({ type }) => type !== 'jsonb') ?? (parts[0] as Shape);
    const names = list(schema.type) ?? (schema.type === undefined ? [] : [schema.type]);
    if (names.length === 0) return ANYTHING;
    return names.map((name) => shapeOfName(name, schema.format)).reduce(either);
  }

  #resolve(given: unknown, depth: number): JsonSchema | undefined {
    let schema = asObject(given);
    for (let hops = depth; schema && typeof schema.$ref === 'string'; hops++) {
      if (hops > DEEPEST || !schema.$ref.startsWith('#')) return undefined;
      const path = schema.$ref.slice(1).split('/').slice(1);
      let target: unknown = this.#root;
      for (const part of path) target = asObject(target)?.[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')];
      schema = asObject(target);
    }
    return depth > DEEPEST ? undefined : schema;
  }
}

/** An alternative can be `null` alone; then the type of the other alternative counts. */
const NULL: Shape = { type: 'jsonb', nullable: true };

function shapeOfName(name: unknown, format: unknown): Shape {
  switch (name) {
    case 'string':
      return { type: format === 'date-time' ? 'timestamptz' : 'text', nullable: false };
    case 'number':
      return { type: 'double precision', nullable: false };
    case 'integer':
      return { type: 'bigint', nullable: false };
    case 'boolean':
      return { type: 'boolean', nullable: false };
    case 'null':
      return NULL;
    default:
      return { type: 'jsonb', nullable: false };
  }
}

function shapeOfValues(values: readonly unknown[]): Shape {
  return values
    .map((value) => shapeOfName(value === null ? 'null' : Number.isInteger(value) ? 'integer' : typeof value, undefined))
    .reduce(either);
}

function either(a: Shape, b: Shape): Shape {
  if (a === NULL) return b === NULL ? NULL : { ...b, nullable: true };
  if (b === NULL) return { ...a, nullable: true };
  const nullable = a.nullable || b.nullable;
  if (a.type === b.type) return { type: a.type, nullable };
  const types = [a.type, b.type];
  if (types.includes('bigint') && types.includes('double precision')) return { type: 'double precision', nullable };
  if (types.includes('text') && types.includes('timestamptz')) return { type: 'text', nullable };
  return { type: 'jsonb', nullable };
}

function union(all: readonly Map<string, Shape>[]): Map<string, Shape> {
  const found = new Map<string, Shape>();
  for (const name of new Set(all.flatMap((shapes) => [...shapes.keys()]))) {
    const shapes = all.map((shape) => shape.get(name));
    const shape = shapes.filter((each) => each !== undefined).reduce(either);
    found.set(name, shapes.includes(undefined) ? { ...shape, nullable: true } : shape);
  }
  return found;
}

function list(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value : undefined;
}

function asObject(value: unknown): JsonSchema | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonSchema) : undefined;
}
