import { type Mutation, mutation } from './mutation.ts';

const JOIN = 'lib/query/operators/join.ts';
const REGROUP = 'lib/query/operators/regroup.ts';

/** Views made of the rows of others. */
export const DERIVED_MUTATIONS: readonly Mutation[] = [
  mutation(
    'everyReadAnew',
    'an answer looks at the stream again for each read',
    'lib/runtime/read/reading.ts',
    '      this.#streams.set(name, found);\n',
    '',
    'test/runtime/read/one-instant.test.ts',
  ),
  mutation(
    'finalByOneSide',
    'a joined row is final once one side is',
    JOIN,
    'finalThrough: (_, inputs) => Math.min(...inputs),',
    'finalThrough: (_, inputs) => Math.max(...inputs),',
    'test/query/scans.test.ts',
  ),
  mutation(
    'finalBeforeItsRows',
    'a window over windows is final when the first windows in it are',
    REGROUP,
    ': through - window.ahead;',
    ': through;',
    'test/query/scans.test.ts',
  ),
  mutation(
    'endOfAWindowLeftOut',
    'a row whose time is the end of its window is looked for in the windows before it alone',
    REGROUP,
    'while (time <= end)',
    'while (time < end)',
    'test/query/scans.test.ts',
  ),
  mutation(
    'keptTooShort',
    'views may be kept for less time than the windows made of them take',
    'lib/compile/compile.ts',
    'needed === 0 || view.retention > least',
    'needed >= 0 || view.retention > least',
    'test/compile/retention.test.ts',
  ),
  mutation(
    'patternsForFree',
    'what a pattern looks at in a query is not counted',
    'lib/sql/expression/counted.ts',
    'workedOn([subject], PREPARED);',
    '',
    'test/api/hostile-questions.test.ts',
  ),
  mutation(
    'derivedWithoutAsOf',
    'what a client of a derived view saw before is not asked for',
    'lib/runtime/read/reading.ts',
    'const asOf = this.#given.get(view.name);',
    'const asOf = this.#given.get(view.name.concat(view.name));',
    'test/api/sql.test.ts',
  ),
  mutation(
    'windowOnTwoPages',
    'a page of a derived view begins with the window before',
    'lib/runtime/read/derived/derived-rows.ts',
    'sameWindow(window, after.window) ? after : undefined',
    'sameWindow(window, after.window) ? undefined : undefined',
  ),
];
