import { type Column, type ColumnType, ERRORS } from '../core/column.ts';
import type { Plan } from '../plan/plan.ts';
import { canBeNull, isDerived, shownViews } from '../plan/shown-view.ts';
import { onlyPositional } from './arguments.ts';
import type { Command } from './command.ts';
import { loadApplication } from './load-application.ts';

/** The TypeScript type of a column's values in REST and the client. */
const TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'string',
  bigint: 'number',
  'double precision': 'number',
  boolean: 'boolean',
  timestamptz: 'string',
  jsonb: 'unknown',
};

/** `millrace types`: prints TypeScript types of the rows of an application's views. */
export const types: Command = {
  options: {},
  help: `Usage: millrace types APP

Prints TypeScript types of the rows that REST and the client return for an application's views, so that the compiler can check
programs that read views written in SQL. Times are ISO 8601 text.

  APP    file whose default export is the application, or a file of SQL

Example: millrace types shop.sql > shop-rows.ts
`,
  async run(given, terminal) {
    const file = onlyPositional(given, 'APP');
    const { plan } = await loadApplication(file);
    await terminal.out(typesOf(plan, file));
    return 0;
  },
};

function typesOf(plan: Plan, file: string): string {
  const views = shownViews(plan);
  const typeNames = new Map<string, string>();
  for (const { name } of views) typeNames.set(name, unusedName(typeName(name), [...typeNames.values(), 'Rows']));
  const interfaces = views.map((view) => {
    const { name, columns } = view;
    const errors = isDerived(view)
      ? `  /** why columns are null that could not be computed, by name; absent if there are none */\n  ${ERRORS}?: Readonly<Record<string, string>>;\n`
      : '';
    const rows = columns.map((column) => `  ${property(column.name)}: ${typeOf({ ...column, nullable: canBeNull(view, column) })};\n`);
    return `/** A row of the view ${name}. */\nexport interface ${typeNames.get(name)} {\n${rows.join('')}  /** whether it can no longer change */\n  final: boolean;\n${errors}}\n`;
  });
  const all = views.map(({ name }) => `  ${property(name)}: ${typeNames.get(name)};\n`);
  return [
    `// Written by millrace types ${file.split(/[\\/]/).at(-1)}: generate it again when the views change.\n`,
    ...interfaces,
    `/** The rows of all views of ${plan.name}, by view. */\nexport interface Rows {\n${all.join('')}}\n`,
  ].join('\n');
}

function typeOf({ type, nullable }: Column): string {
  return nullable && type !== 'jsonb' ? `${TYPES[type]} | null` : TYPES[type];
}

/** `page_views` is `PageViewsRow`. */
function typeName(view: string): string {
  const words = view.split('_').filter((word) => word !== '');
  return `${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}Row`;
}

/** Types of views whose names differ only in separators get numbers. */
function unusedName(name: string, taken: readonly string[]): string {
  let unused = name;
  for (let i = 2; taken.includes(unused); i++) unused = `${name}${i}`;
  return unused;
}

function property(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
