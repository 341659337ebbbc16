/** Sessions: runs of a key's events, each at most one gap after the previous one. */
export interface SessionSpec {
  readonly kind: 'session';
  /** milliseconds */
  readonly gap: number;
}

/** Stagger windows: windows of one size that open at a key's first event, and again at its first event after the previous window has ended. */
export interface StaggerSpec {
  readonly kind: 'stagger';
  /** milliseconds */
  readonly size: number;
}

/**
 * Unaligned windows, whose bounds depend on the events of the key. A task alone cannot determine them, because other tasks may have events of the key. Tasks keep
 * spans, which are parts of windows, and readers combine the spans of all tasks into windows.
 */
export type KeyWindowSpec = SessionSpec | StaggerSpec;

/** Whether a spec is of unaligned windows. */
export function isKeyWindow(spec: { readonly kind: string }): spec is KeyWindowSpec {
  return spec.kind === 'session' || spec.kind === 'stagger';
}
