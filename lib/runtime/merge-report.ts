/** What a merge did to one view. */
export interface MergeReport {
  readonly view: string;
  /** windows written */
  readonly windows: number;
  readonly keys: number;
  /** the boundary afterwards; −Infinity if nothing was ever merged */
  readonly mergedThrough: number;
}
