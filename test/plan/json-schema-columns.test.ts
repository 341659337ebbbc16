import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jsonSchemaColumns } from '../../lib/plan/json-schema-columns.ts';

const object = (properties: object, required = Object.keys(properties)) => ({ type: 'object', properties, required });
const of = (schema: Record<string, unknown>) =>
  jsonSchemaColumns(schema)?.map(({ name, type, nullable }) => `${name} ${type}${nullable ? ' null' : ''}`);

describe('jsonSchemaColumns', () => {
  it.each([
    [{ type: 'string' }, 'text'],
    [{ type: 'string', format: 'date-time' }, 'timestamptz'],
    [{ type: 'string', format: 'date' }, 'text'],
    [{ type: 'number' }, 'double precision'],
    [{ type: 'integer' }, 'bigint'],
    [{ type: 'boolean' }, 'boolean'],
    [{ type: 'array', items: {} }, 'jsonb'],
    [{ type: 'object' }, 'jsonb'],
    [{ type: 'null' }, 'jsonb null'],
    [{}, 'jsonb null'],
    [true, 'jsonb null'],
    [{ type: ['number', 'null'] }, 'double precision null'],
    [{ type: ['null', 'integer', 'number'] }, 'double precision null'],
    [{ type: ['string', 'number'] }, 'jsonb'],
    [{ enum: ['a', 'b'] }, 'text'],
    [{ enum: ['a', null] }, 'text null'],
    [{ enum: [1, 2.5] }, 'double precision'],
    [{ const: 3 }, 'bigint'],
    [{ const: true }, 'boolean'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'text null'],
    [{ oneOf: [{ type: 'string' }, { type: 'boolean' }] }, 'jsonb'],
    [{ anyOf: [{ type: 'string', format: 'date-time' }, { type: 'string' }] }, 'text'],
    [{ allOf: [{ minLength: 1 }, { type: 'string' }] }, 'text'],
    [{ $ref: '#/$defs/Name' }, 'text'],
    [{ $ref: '#/$defs/Missing' }, 'jsonb null'],
    [{ $ref: '#/$defs/Loop' }, 'jsonb null'],
    [{ $ref: 'https://example.com/other' }, 'jsonb null'],
  ])('reads %j as %s', (property, expected) => {
    const $defs = { Name: { type: 'string' }, Loop: { $ref: '#/$defs/Loop' } };
    expect(of({ ...object({ x: property }), $defs })).toEqual([`x ${expected}`]);
  });

  it('makes what is not required nullable', () => {
    expect(of(object({ a: { type: 'string' }, b: { type: 'string' } }, ['b']))).toEqual(['a text null', 'b text']);
  });

  it('takes the properties of all alternatives; one that some lack is nullable', () => {
    const schema = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('view'), page: z.string(), n: z.int() }),
      z.object({ kind: z.literal('buy'), price: z.number(), n: z.number() }),
    ]);
    expect(of(z.toJSONSchema(schema) as Record<string, unknown>)).toEqual([
      'kind text',
      'page text null',
      'n double precision',
      'price double precision null',
    ]);
  });

  it('takes the properties of all parts, through references', () => {
    const $defs = { Base: object({ id: { type: 'integer' } }) };
    expect(of({ allOf: [{ $ref: '#/$defs/Base' }, object({ at: { type: 'string', format: 'date-time' } })], $defs })).toEqual([
      'id bigint',
      'at timestamptz',
    ]);
  });

  it.each([{}, { type: 'string' }, { type: 'array' }, { anyOf: [object({}), { type: 'string' }] }, { $ref: '#' }])(
    'finds no columns in %j',
    (schema) => {
      expect(jsonSchemaColumns(schema)).toBeUndefined();
    },
  );

  it('takes names that objects have already for names', () => {
    const properties = JSON.parse('{ "__proto__": { "type": "integer" }, "constructor": { "type": "string" } }');
    expect(of(object(properties))).toEqual(['__proto__ bigint', 'constructor text']);
  });
});
