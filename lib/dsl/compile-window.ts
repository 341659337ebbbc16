import { checkWindow, type WindowSpec } from '../core/window.ts';
import type { CalendarUnit } from '../core/windows/calendar.ts';
import { type DefinitionReader, shown } from './definition-reader.ts';

/**
 * Checks a window's definition.
 *
 * @returns the window, which is valid only if no problem was added
 */
export function compileWindow(given: unknown, reader: DefinitionReader): WindowSpec {
  const { kind, size, slide, offset, unit, timeZone, gap, ...rest } = (given ?? {}) as Record<string, unknown>;
  reader.options((rest.given ?? []) as readonly string[], kind === 'calendar' ? ['timeZone', 'offset'] : ['offset'], `the ${kind} window`);
  let window: WindowSpec;
  switch (kind) {
    case 'tumbling':
    case 'hopping':
    case 'cumulate': {
      const length = reader.duration(`the ${kind} window's size`, size, '', 1);
      window = Object.freeze({
        kind,
        size: length,
        slide:
          kind === 'tumbling' ? length : reader.duration(`the ${kind} window's ${kind === 'hopping' ? 'slide' : 'step'}`, slide, '', 1),
        offset: reader.duration(`the ${kind} window's offset`, offset, 0, 0),
      });
      break;
    }
    case 'calendar':
      if (!UNITS.includes(unit as CalendarUnit)) {
        reader.problem(`a calendar window takes ${UNITS.map((name) => `'${name}'`).join(', ')}, not ${shown(unit)}`);
        return ANY;
      }
      window = calendarWindow(unit as CalendarUnit, String(timeZone), reader.duration("the calendar window's offset", offset, 0, 0));
      break;
    case 'global':
      window = Object.freeze({ kind });
      break;
    case 'session':
      window = Object.freeze({ kind, gap: reader.duration("the session window's gap", gap, '', 1) });
      break;
    case 'stagger':
      window = Object.freeze({ kind, size: reader.duration("the stagger window's size", size, '', 1) });
      break;
    default:
      reader.problem(
        `window takes tumbling('1 minute'), hopping('5 minutes', '1 minute'), cumulate('1 day', '1 hour'), calendar('month'), session('30 minutes'), stagger('1 minute') or global(), not ${shown(given)}`,
      );
      return ANY;
  }
  reader.attempt(() => checkWindow(window));
  return window;
}

function calendarWindow(unit: CalendarUnit, timeZone: string, offset: number): WindowSpec {
  return Object.freeze({ kind: 'calendar', unit, timeZone, ...(offset === 0 ? {} : { offset }) });
}

const UNITS: readonly CalendarUnit[] = ['day', 'week', 'month', 'quarter', 'year'];
/** A placeholder for an invalid window. */
const ANY: WindowSpec = { kind: 'tumbling', size: 1, slide: 1, offset: 0 };
