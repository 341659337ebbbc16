/**
 * The API's base URL, relative to the page. Under a stage of API Gateway, the page is at both `/live` and `/live/`.
 *
 * @param page the page's address
 */
export function baseUrl(page: string): string {
  const { origin, pathname } = new URL(page);
  return `${origin}${pathname.replace(/\/*$/, '')}`;
}
