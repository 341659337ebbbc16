import type { Dice } from '../dice.ts';
import { ofKeys } from '../oracle/key-windows.ts';
import type { AggregateName, ApplicationSpec, ViewSpec, WindowSpec } from '../oracle/spec.ts';

const SECOND = 1000;
const MINUTE = 60_000;

/** How windows of each kind are drawn: a kind that is added here is simulated. */
const WINDOWS: { readonly [kind in WindowSpec['kind']]: (dice: Dice) => WindowSpec } = {
  tumbling: (dice) => {
    const size = dice.pick([5, 10, 30, 60, 300]) * SECOND;
    return { kind: 'tumbling', size, offset: dice.integer(3) * SECOND };
  },
  hopping: (dice) => {
    const [size, slide] = dice.pick([
      [10, 5],
      [60, 20],
      [30, 7],
      [60, 45],
      [120, 30],
    ] as const);
    return { kind: 'hopping', size: size * SECOND, slide: slide * SECOND, offset: dice.integer(3) * SECOND };
  },
  cumulate: (dice) => {
    const [size, step] = dice.pick([
      [60, 20],
      [300, 60],
      [120, 15],
    ] as const);
    return { kind: 'cumulate', size: size * SECOND, step: step * SECOND };
  },
  session: (dice) => ({ kind: 'session', gap: dice.pick([3, 10, 60]) * SECOND }),
  stagger: (dice) => ({ kind: 'stagger', size: dice.pick([10, 30, 120]) * SECOND }),
  calendar: (dice) => ({ kind: 'calendar', unit: dice.pick(['day', 'week', 'month']) }),
  global: () => ({ kind: 'global' }),
};

/** How often each kind is drawn. */
const WEIGHTS: { readonly [kind in WindowSpec['kind']]: number } = {
  tumbling: 6,
  hopping: 4,
  cumulate: 3,
  session: 4,
  stagger: 3,
  calendar: 1,
  global: 1,
};

/** The shapes of states: a number, a value with its time, a set, a list, a user-defined one. */
const OTHERS: readonly AggregateName[] = [
  'count',
  'sum',
  'avg',
  'min',
  'max',
  'first',
  'last',
  'uniques',
  'any',
  'every',
  'large',
  'distinctSum',
  'middle',
  'largest',
  'users',
  'byValue',
  'own',
];

/** Draws an application at random. */
export function drawApplication(dice: Dice): ApplicationSpec {
  return {
    outOfOrder: dice.pick([0, 2, 5, 20]) * SECOND,
    maxAhead: dice.pick([10, 60]) * MINUTE,
    maxBehind: dice.pick([0, 1, 10, 1440, 60_000_000]) * MINUTE,
    idle: dice.pick([15, 60, 180]) * SECOND,
    partitionKey: dice.uniform() < 0.5 ? 'k' : undefined,
    ...drawDerived(
      dice,
      Array.from({ length: 1 + dice.integer(3) }, (_, i) => drawView(dice, i)),
    ),
  };
}

/** Perhaps a derived view over the last of some views. */
function drawDerived(dice: Dice, views: readonly ViewSpec[]): Pick<ApplicationSpec, 'views' | 'derived'> {
  const last = views.at(-1);
  if (!last || last.window.kind === 'global' || dice.uniform() < 0.4) return { views, derived: [] };
  const others = views.slice(0, -1);
  const made = { name: 'made', of: last.name };
  const kind = dice.pick(
    ofKeys(last.window) ? (['totals', 'rolled'] as const) : (['totals', 'tops', 'rolled', 'joined', 'joined'] as const),
  );
  switch (kind) {
    case 'totals':
    case 'tops':
      return { views: [...others, counted(last)], derived: [{ ...made, kind }] };
    case 'rolled':
      return { views: [...others, counted(last)], derived: [{ ...made, kind, size: dice.pick([1, 5, 60]) * MINUTE }] };
    case 'joined': {
      const other: ViewSpec = {
        ...drawView(dice, views.length),
        evenOnly: false,
        key: last.key,
        window: last.window,
        time: 'event',
        lateness: dice.pick([30, 120]) * SECOND,
      };
      return { views: [...others, counted(last), counted(other)], derived: [{ ...made, kind, with: other.name }] };
    }
  }
}

function counted(view: ViewSpec): ViewSpec {
  return { ...view, aggregates: [...new Set<AggregateName>(['count', ...view.aggregates])] };
}

function drawView(dice: Dice, number: number): ViewSpec {
  const kinds = Object.keys(WINDOWS) as WindowSpec['kind'][];
  const kind = dice.pick(
    kinds,
    kinds.map((one) => WEIGHTS[one]),
  );
  // Windows by arrival have no lateness.
  const time = dice.uniform() < 0.1 && kind !== 'global' ? 'arrival' : 'event';
  return {
    name: `view_${number}`,
    evenOnly: dice.uniform() < 0.3,
    key: dice.pick([['k'], ['k'], ['u'], ['k', 'u'], []] as const),
    window: WINDOWS[kind](dice),
    time,
    lateness: kind === 'global' || time === 'arrival' ? 0 : dice.pick([0, 0, 3, 30]) * SECOND,
    aggregates: OTHERS.filter(() => dice.uniform() < 0.25),
  };
}
