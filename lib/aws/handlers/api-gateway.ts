import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

/**
 * Makes a web request of an API Gateway event (REST API, proxy integration).
 *
 * @param event its path without the stage, its query parameters decoded
 */
export function toRequest(event: APIGatewayProxyEvent): Request {
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(event.multiValueQueryStringParameters ?? {})) {
    for (const value of values ?? []) query.append(name, value);
  }
  const headers = new Headers();
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {})) {
    for (const value of values ?? []) headers.append(name, value);
  }
  // The path is set, not resolved: //host/path would be another host.
  const url = new URL('https://api.invalid/');
  url.pathname = event.path;
  url.search = query.toString();
  // A GET has no body, whatever was sent.
  const body =
    event.body === null || event.body === undefined || /^(GET|HEAD)$/.test(event.httpMethod) ? {} : { body: bodyOf(event.body, event) };
  return new Request(url, { method: event.httpMethod, headers, ...body });
}

function bodyOf(body: string, { isBase64Encoded }: APIGatewayProxyEvent): string | Uint8Array<ArrayBuffer> {
  return isBase64Encoded ? Uint8Array.from(Buffer.from(body, 'base64')) : body;
}

/** Makes an API Gateway result of a web response: text, which all that is served here is. */
export async function toResult(response: Response): Promise<APIGatewayProxyResult> {
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
    isBase64Encoded: false,
  };
}
