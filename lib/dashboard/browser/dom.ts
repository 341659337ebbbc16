type Child = Node | string | undefined | false;
type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>;

/**
 * Makes an element. Texts are set as text, never as HTML, because keys and events are untrusted.
 *
 * @param attributes functions are listeners (`onclick`), `true` sets an attribute without value, `false` and `undefined` none
 */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.replace(/^on/, ''), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return element;
}

/**
 * Replaces the content of an element, unless it would look the same. The focus is kept: a replaced element passes it to
 * the new one with the same `data-focus`.
 */
export function fill(element: Element, ...children: readonly Child[]): void {
  const next = document.createElement('div');
  next.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  if (next.innerHTML === element.innerHTML) return;
  const active = document.activeElement;
  const focused = active instanceof HTMLElement && element.contains(active) ? active.dataset.focus : undefined;
  element.replaceChildren(...next.childNodes);
  if (focused === undefined) return;
  for (const candidate of element.querySelectorAll<HTMLElement>('[data-focus]')) if (candidate.dataset.focus === focused) candidate.focus();
}
