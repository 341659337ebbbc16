/** Runs of a key's events, each at most one gap after the one before it. */
export interface SessionSpec {
  readonly kind: 'session';
  /** milliseconds */
  readonly gap: number;
}

/** Windows of one size that open at a key's first event, and again at its first event after the end of the one before. */
export interface StaggerSpec {
  readonly kind: 'stagger';
  /** milliseconds */
  readonly size: number;
}

/**
 * Windows whose bounds come from a key's own events. A task cannot tell them, since other tasks may have events of the key: tasks keep
 * spans, parts of windows, and whoever reads them over all tasks finds the windows.
 */
export type KeyWindowSpec = SessionSpec | StaggerSpec;

/** Whether a spec's windows come from a key's own events. */
export function isKeyWindow(spec: { readonly kind: string }): spec is KeyWindowSpec {
  return spec.kind === 'session' || spec.kind === 'stagger';
}
