import type { Column } from '../core/column.ts';
import { parseJson } from '../core/json.ts';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const WHOLE = /^[+-]?\d{1,19}$/;
const TRUE = /^(?:t|true|y|yes|on|1)$/i;
const FALSE = /^(?:f|false|n|no|off|0)$/i;

/**
 * Converts texts to the types of their columns, for formats without types. A text that does not match stays unchanged,
 * so that the error message names the type that the column expected.
 *
 * @param columns other names stay texts
 *
 * @example
 * ```ts
 * textValues([{ name: 'ms', type: 'double precision', nullable: false }])({ page: '/a', ms: '12.5' }); // { page: '/a', ms: 12.5 }
 * ```
 */
export function textValues(columns: readonly Column[]): (texts: unknown) => unknown {
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  return (texts) =>
    Object.fromEntries(
      Object.entries(texts as Readonly<Record<string, unknown>>).map(([name, given]) => {
        const type = types.get(name);
        return [name, typeof given === 'string' && type !== undefined ? textValue(given, type) : given];
      }),
    );
}

function textValue(given: string, type: Column['type']): unknown {
  const text = given.trim();
  switch (type) {
    case 'bigint': {
      if (!WHOLE.test(text)) return given;
      const whole = Number(text);
      return Number.isSafeInteger(whole) ? whole : BigInt(text.replace('+', ''));
    }
    case 'double precision':
      return NUMBER.test(text) ? Number(text) : given;
    case 'boolean':
      return TRUE.test(text) ? true : FALSE.test(text) ? false : given;
    case 'jsonb':
      try {
        return parseJson(given);
      } catch {
        return given;
      }
    case 'text':
    case 'timestamptz':
      return given;
  }
}
