/**
 * Where the API is: beside the page. Under a stage of API Gateway the page is at `/live` as well as at `/live/`.
 *
 * @param page the page's address
 */
export function baseUrl(page: string): string {
  const { origin, pathname } = new URL(page);
  return `${origin}${pathname.replace(/\/*$/, '')}`;
}
