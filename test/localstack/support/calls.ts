/** One function's use of one action on one resource. */
export interface Call {
  readonly function: string;
  /** as policies name it */
  readonly action: string;
  /** a table, an index as `table/index/name`, a stream, or a function, by name */
  readonly resource: string;
}

/** A request to AWS and its answer. */
interface Exchange {
  /** the function that sent it */
  readonly name: string;
  /** its X-Amz-Target; empty for services that tell the action by the path */
  readonly target: string;
  readonly path: string;
  readonly body: string;
  readonly answer: string;
}

/** Makes calls of requests. */
export class Calls {
  readonly #all = new Map<string, Call>();
  /** the streams iterators are of: GetRecords names no stream */
  readonly #iterators = new Map<string, string>();

  get all(): readonly Call[] {
    return [...this.#all.values()];
  }

  note(exchange: Exchange): void {
    for (const { action, resource } of this.#used(exchange)) {
      const call = { function: exchange.name, action, resource };
      this.#all.set(JSON.stringify(call), call);
    }
  }

  #used(exchange: Exchange): readonly Omit<Call, 'function'>[] {
    const [service = '', operation = ''] = exchange.target.split('.');
    if (service.startsWith('DynamoDB_')) {
      return tablesOf(JSON.parse(exchange.body)).map((resource) => ({ action: `dynamodb:${operation}`, resource }));
    }
    if (service.startsWith('Kinesis_')) return [{ action: `kinesis:${operation}`, resource: this.#streamOf(exchange) }];
    const [, invoked] = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(exchange.path) ?? [];
    if (invoked !== undefined) return [{ action: 'lambda:InvokeFunction', resource: decodeURIComponent(invoked) }];
    throw new Error(`${exchange.name} called what is not known here: ${exchange.target} ${exchange.path}`);
  }

  #streamOf({ body, answer }: Exchange): string {
    const asked = JSON.parse(body) as { StreamName?: string; StreamARN?: string; ShardIterator?: string };
    const stream = asked.StreamName ?? asked.StreamARN?.split('/').at(-1) ?? this.#iterators.get(asked.ShardIterator ?? '') ?? '';
    const { ShardIterator, NextShardIterator } = JSON.parse(answer) as { ShardIterator?: string; NextShardIterator?: string };
    for (const iterator of [ShardIterator, NextShardIterator]) if (iterator) this.#iterators.set(iterator, stream);
    return stream;
  }
}

function tablesOf(request: { TableName?: string; IndexName?: string; RequestItems?: object }): string[] {
  if (request.RequestItems) return Object.keys(request.RequestItems);
  const { TableName = '', IndexName } = request;
  return [IndexName === undefined ? TableName : `${TableName}/index/${IndexName}`];
}
