import { type Mutation, mutation } from './mutation.ts';

const MERGE = 'lib/runtime/merge.ts';
const READER = 'lib/runtime/read/reader.ts';
const RESULTS = 'lib/store/items/results.ts';

/** Merging, pages, queries. */
export const RESULT_MUTATIONS: readonly Mutation[] = [
  mutation(
    'dropOnClose',
    'a task lets go of a pane when it closes, not when it is merged',
    'lib/core/apply.ts',
    'letGo(view, state, delta.dropped);',
    'letGo(view, state, entry.watermark);',
  ),
  mutation(
    'neverDropped',
    'a task keeps panes that are merged',
    'lib/core/apply.ts',
    'held.cells.delete(start);',
    'if (start > held.dropped) held.cells.delete(start);',
    'test/runtime/merged-panes.test.ts',
  ),
  mutation(
    'pagesAfter',
    'results are written after the boundary has moved',
    MERGE,
    '    // A large one may take several calls.\n',
    '    await store.tasks.raiseMergedThrough(stream, view.name, window.end + view.allowedLateness);\n',
  ),
  mutation(
    'boundaryBack',
    'the boundary is put without asking whether it rises',
    'lib/store/items/tasks.ts',
    'const change = { set: { [attribute]: watermark }, when: { attribute, below: watermark } };',
    'const change = { set: { [attribute]: watermark } };',
  ),
  mutation(
    'mergeOverHoles',
    'merge does not look whether tasks have let go of panes past its boundary',
    MERGE,
    ' || held.some((state) => state.dropped > from)',
    '',
  ),
  mutation(
    'pagesOverwritten',
    'pages and windows that are there are written again',
    RESULTS,
    'await table.putIf(item, undefined);',
    'await table.put(item);',
  ),
  mutation(
    'rowsLeftOut',
    'readable rows are written of one page of a window',
    'lib/runtime/pages.ts',
    'wave.flatMap(({ rows }) => rows()),',
    'wave.slice(0, 1).flatMap(({ rows }) => rows()),',
  ),
  mutation(
    'bucketOtherwise',
    'a reader looks for a key in another page than the writer put it',
    'lib/runtime/read/final-panes.ts',
    'bucket: pageOf(key, bits)',
    "bucket: pageOf(key.concat(' '), bits)",
  ),
  mutation(
    'slotOtherwise',
    'a reader looks for a key in another bucket of a checkpoint than the writer put it',
    'lib/runtime/read/key-panes.ts',
    'slot: hashKey(key) % SLOTS',
    'slot: (hashKey(key) + 1) % SLOTS',
  ),
  mutation('weakPages', 'pages are read eventually consistently', RESULTS, '...range, consistent: true }', '...range, consistent: false }'),
  mutation(
    'weakWindows',
    'the list of final windows is read eventually consistently',
    RESULTS,
    'order, limit: wanted, consistent: true }',
    'order, limit: wanted, consistent: false }',
    'test/conformance/store.test.ts',
  ),
  {
    name: 'boundaryFirst',
    what: 'a query reads how far was merged before the states, and never again',
    edits: [
      {
        file: READER,
        find: "  const { mergedThrough } = await store.tasks.progress(taskId(runtime, stream, ''), { consistent: true });\n",
        put: '',
      },
      {
        file: READER,
        find: '  const tasks = (await store.tasks.list(',
        put: "  const { mergedThrough } = await store.tasks.progress(taskId(runtime, stream, ''), { consistent: true });\n  const tasks = (await store.tasks.list(",
      },
      { file: READER, find: '?? through) > through)', put: '?? through) > Number.POSITIVE_INFINITY)' },
    ],
    test: 'test/runtime/protocol.test.ts',
  },
  mutation(
    'weakBoundary',
    'a query reads how far was merged eventually consistently',
    READER,
    '{ consistent: true });\n  for (const',
    '{ consistent: false });\n  for (const',
  ),
  mutation(
    'liveAndFinal',
    'a query shows merged windows from the states as well',
    'lib/runtime/read/open-windows.ts',
    'openWindows(timedView, states, snapshot.through, Number.POSITIVE_INFINITY)',
    'openWindows(timedView, states, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)',
  ),
  mutation(
    'ignoreAsOf',
    'a query answers from memory, whatever as_of says',
    READER,
    '  if (!asOf) return true;\n',
    '  if (!asOf || asOf.mergedThrough < Number.POSITIVE_INFINITY) return true;\n',
    'test/api/rows.test.ts',
  ),
  mutation(
    'shardAlone',
    "a window's panes are those of one task",
    MERGE,
    'for (const state of held) collectPanes(timed(view), state, window, panes);',
    'for (const state of held.slice(0, 1)) collectPanes(timed(view), state, window, panes);',
  ),
  mutation(
    'leftOutTaken',
    'a column named left_out takes the place of the list of what was left out',
    'lib/store/items/row-item.ts',
    'const TAKEN = /^(?:pk|sk|ttl|left_out|__proto__)_*$/;',
    'const TAKEN = /^(?:pk|sk|ttl|__proto__)_*$/;',
    'test/store/items/row-item.test.ts',
  ),
];
