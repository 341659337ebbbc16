import { type Mutation, mutation } from './mutation.ts';

const SCANS = 'lib/query/scans.ts';

/** Views made of the rows of others. */
export const DERIVED_MUTATIONS: readonly Mutation[] = [
  mutation(
    'finalByTheLastRead',
    'rows made of several reads are final by the last of them',
    'lib/runtime/read/derived/seen.ts',
    'Math.min(this.#through.get(view) ?? Number.POSITIVE_INFINITY, answer.asOf.mergedThrough)',
    'answer.asOf.mergedThrough',
    'test/runtime/derived/final-while-read.test.ts',
  ),
  mutation(
    'finalByOneSide',
    'a joined row is final once one side is',
    SCANS,
    "case 'join':\n      return Math.min(",
    "case 'join':\n      return Math.max(",
    'test/query/scans.test.ts',
  ),
  mutation(
    'finalBeforeItsRows',
    'a window over windows is final when the first windows in it are',
    SCANS,
    'through - relation.window.ahead',
    'through',
    'test/query/scans.test.ts',
  ),
  mutation(
    'derivedWithoutAsOf',
    'what a client of a derived view saw before is not asked for',
    'lib/runtime/read/derived/seen.ts',
    'return this.#asOf.get(view);',
    'return undefined;',
    'test/api/sql.test.ts',
  ),
  mutation(
    'windowOnTwoPages',
    'a page of a derived view begins with the window before',
    'lib/runtime/read/derived/derived-rows.ts',
    'sameWindow(window, after.window) ? after.skip : 0',
    'sameWindow(window, after.window) ? 0 : 0',
  ),
];
