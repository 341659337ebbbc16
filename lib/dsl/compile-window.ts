import { checkWindow, type WindowSpec } from '../core/window.ts';
import { type DefinitionReader, shown } from './definition-reader.ts';

/**
 * Checks a window's definition.
 *
 * @returns the window; of use only when no problem was noted
 */
export function compileWindow(given: unknown, reader: DefinitionReader): WindowSpec {
  const { kind, size, slide, offset } = (given ?? {}) as Record<string, unknown>;
  if (kind !== 'tumbling' && kind !== 'hopping') {
    reader.problem(`window takes tumbling('1 minute') or hopping('5 minutes', '1 minute'), not ${shown(given)}`);
    return { kind: 'tumbling', size: 1, slide: 1, offset: 0 };
  }
  const spec = Object.freeze({
    kind,
    size: reader.duration(`the ${kind} window's size`, size, '', 1),
    slide: kind === 'tumbling' ? 0 : reader.duration("the hopping window's slide", slide, '', 1),
    offset: reader.duration(`the ${kind} window's offset`, offset, 0, 0),
  });
  const window: WindowSpec = kind === 'tumbling' ? Object.freeze({ ...spec, slide: spec.size }) : spec;
  reader.attempt(() => checkWindow(window));
  return window;
}
