type Child = Node | string | undefined | false;
type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>;

/**
 * Makes an element. Texts are set as text, never as HTML: keys and events are somebody else's.
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

/** Replaces what an element holds, unless it would look the same: what has the focus keeps it. */
export function fill(element: Element, ...children: readonly Child[]): void {
  const next = document.createElement('div');
  next.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  if (next.innerHTML === element.innerHTML) return;
  element.replaceChildren(...next.childNodes);
}
