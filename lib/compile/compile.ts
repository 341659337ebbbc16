import { formatDuration } from '../core/duration.ts';
import { windowLengths } from '../core/window.ts';
import type { Application, View } from '../dsl/application.ts';
import { compileStream } from '../dsl/compile-stream.ts';
import { compileView } from '../dsl/compile-view.ts';
import { type StreamDefinition, sameStream } from '../dsl/definition.ts';
import { DefinitionReader, shown } from '../dsl/definition-reader.ts';
import type { KnownStream } from '../dsl/known-stream.ts';
import { applicationNameProblem, quote } from '../plan/names.ts';
import { neededRetention } from '../plan/needed-retention.ts';
import type { Plan, ViewPlan } from '../plan/plan.ts';
import { Problems } from '../plan/problems.ts';
import type { DerivedViewPlan } from '../plan/relation.ts';
import { compileSql } from './compile-sql.ts';

/**
 * Validates an application and compiles it into the plan that the engine runs.
 *
 * @param application the result of `application(…)`, e.g. the default export of a user's file
 * @returns the plan: streams in the order of their first use, views as listed
 * @throws MillraceError `definition` with every error: what, where, and how to fix it
 *
 * @example
 * ```ts
 * const plan = await compile(application('shop', { views: [pageViews] }));
 * plan.views[0].columns; // page, window_start, window_end, views
 * ```
 */
export async function compile(application: Application): Promise<Plan> {
  const problems = new Problems();
  const given = application as Partial<Application> | null | undefined;
  if (given?.kind !== 'application') {
    problems.add(
      'not an application',
      `${shown(given)} is not what application('name', { views: […] }) gives; export that as the file's default`,
    );
    problems.throwIfAny('the definition');
  }
  const { name, views, sql, retention, given: options = [] } = given as Application;
  const whole = `application ${quote(name)}`;
  const reader = new DefinitionReader(problems, whole);
  reader.check(applicationNameProblem(name));
  reader.options(options, ['views', 'sql', 'retention']);
  const kept = reader.duration('retention', retention, '30 days', 1);
  const listed = sql !== undefined && Array.isArray(views) && views.length === 0 ? [] : viewsOf(views, reader);
  const streams = new Map<string, KnownStream>();
  const plans: ViewPlan[] = [];
  for (const view of listed) {
    const { stream } = view.definition;
    const known = knownStream(stream, streams, problems, `view ${quote(view.name)}`);
    if (plans.some((other) => other.name === view.name)) {
      reader.problem(`two views have the name ${quote(view.name)}: names must differ`);
    }
    plans.push(compileView(view, known.plan, kept, problems));
  }
  const bound = sql === undefined ? undefined : await compileSql(sql, streams, plans, kept, reader, problems);
  checkRetention([...plans, ...(bound?.views ?? [])], bound?.derived ?? [], problems);
  problems.throwIfAny(whole);
  return Object.freeze({
    name,
    streams: Object.freeze(bound?.streams ?? [...streams.values()].map(({ plan }) => plan)),
    views: Object.freeze([...plans, ...(bound?.views ?? [])]),
    derived: Object.freeze(bound?.derived ?? []),
    ...(bound ? { main: bound.main } : {}),
  });
}

/** Rows made of several windows become final only while the first of these are still kept. */
function checkRetention(views: readonly ViewPlan[], derived: readonly DerivedViewPlan[], problems: Problems): void {
  for (const { name, relation } of derived) {
    for (const [base, needed] of neededRetention(relation)) {
      const view = views.find((one) => one.name === base);
      if (!view || !Number.isFinite(needed)) continue;
      // What a window is made of is written at its end.
      const least = needed - windowLengths(view.window).shortest;
      if (needed === 0 || view.retention > least) continue;
      const what = view.hidden ? 'the rows they are made of' : `rows of ${quote(base)}`;
      const where = view.hidden ? 'the retention of the view' : `the retention of ${quote(base)}`;
      problems.add(
        `view ${quote(name)}`,
        `its windows can never be final: they are made of rows over ${formatDuration(least)}, and ${what} are kept for ${formatDuration(view.retention)}; set ${where}, or of the application, to more than ${formatDuration(least)}`,
      );
    }
  }
}

/** A stream of an application, compiled at its first use. */
function knownStream(stream: StreamDefinition, streams: Map<string, KnownStream>, problems: Problems, reading: string): KnownStream {
  const name = stream.name as string;
  const known = streams.get(name) ?? { definition: stream, plan: compileStream(stream, problems) };
  streams.set(name, known);
  if (!sameStream(known.definition, stream)) {
    problems.add(
      reading,
      `reads a stream ${quote(name)} that is defined differently from the one of an earlier view: define it once and use it in both`,
    );
  }
  return known;
}

function viewsOf(views: unknown, reader: DefinitionReader): readonly View[] {
  if (!Array.isArray(views) || views.length === 0) {
    reader.problem(`views must be a list of at least one view, e.g. views: [view('page_views', …)]`);
    return [];
  }
  return (views as readonly (Partial<View> | null | undefined)[]).filter((view, i): view is View => {
    if (view?.kind !== 'view') reader.problem(`views[${i}] is ${shown(view)}: name it by view('name', …)`);
    else if (view.definition === undefined || !('build' in view.definition)) {
      reader.problem(`view ${quote(view.name)} needs what .aggregate(…) gives: stream.keyBy(…).window(…).aggregate((a) => ({ … }))`);
    } else return true;
    return false;
  });
}
