/** The outputs that identify a deployed application: the stack writes them, the command line reads them. */
export interface OutputNames {
  readonly apiUrl: string;
  readonly apiKeyId: string;
  readonly stateTable: string;
  readonly resultsTable: string;
  /** of a stream, by the name it has in the application */
  readonly stream: (name: string) => string;
}

/**
 * The names of a stack's outputs for an application.
 *
 * @param id the construct's id
 *
 * @example
 * ```ts
 * outputNames('Shop').stream('page-clicks'); // 'ShopPageClicksStream'
 * ```
 */
export function outputNames(id: string): OutputNames {
  const prefix = pascalCase(id);
  return {
    apiUrl: `${prefix}ApiUrl`,
    apiKeyId: `${prefix}ApiKeyId`,
    stateTable: `${prefix}StateTable`,
    resultsTable: `${prefix}ResultsTable`,
    stream: (name) => `${prefix}${pascalCase(name)}Stream`,
  };
}

/** The ids (as in outputs) of the applications with outputs among these. */
export function applicationsIn(outputs: readonly string[]): string[] {
  return outputs
    .filter((name) => name.endsWith('ApiUrl'))
    .map((name) => name.slice(0, -'ApiUrl'.length))
    .filter((id) => [outputNames(id).stateTable, outputNames(id).resultsTable].every((name) => outputs.includes(name)));
}

/** A name as part of an output's: `page-clicks` is `PageClicks`. */
function pascalCase(name: string): string {
  return name.replace(/(?:^|[^a-zA-Z0-9]+)([a-zA-Z0-9])/g, (_, first: string) => first.toUpperCase()).replace(/[^a-zA-Z0-9]/g, '');
}
