/** Making elements. Text only ever becomes a text node: nothing here parses HTML. */

/**
 * An element with properties and children.
 * @param {string} name such as "button" or "td.amount"
 * @param {Record<string, any> | null} [properties] on… are listeners, the others attributes; null and false leave out
 * @param {...any} children elements, text, or lists of them; null and false are left out
 * @returns {HTMLElement}
 */
export function h(name, properties, ...children) {
  const [tag, ...classes] = name.split('.');
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(' ');
  return fill(element, properties, children);
}

/**
 * The same for SVG.
 * @param {string} name
 * @param {Record<string, any> | null} [properties]
 * @param {...any} children
 * @returns {SVGElement}
 */
export function s(name, properties, ...children) {
  const [tag, ...classes] = name.split('.');
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  if (classes.length) element.setAttribute('class', classes.join(' '));
  return fill(element, properties, children);
}

/** @type {(element: any, properties: Record<string, any> | null | undefined, children: any[]) => any} */
function fill(element, properties, children) {
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'value' || key === 'checked' || key === 'selected') element[key] = value;
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

/** @type {(element: Element, children: any[]) => void} */
function append(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

/** @param {string} id @returns {any} the element of that id, which index.html has */
export const byId = (id) => document.getElementById(id);

/** Whether an event's key is meant for a field. @param {Event} event */
export const inField = (event) =>
  event.target instanceof Element && event.target.closest('input, textarea, select, dialog') !== null;

/** Put the focus back where it was before a part of the page was drawn anew. @param {Element} root @param {() => void} draw */
export function keepingFocus(root, draw) {
  const held = document.activeElement;
  const key = held && root.contains(held) ? held.getAttribute('data-focus') : null;
  draw();
  if (key) /** @type {HTMLElement | null} */ (root.querySelector(`[data-focus="${CSS.escape(key)}"]`))?.focus();
}
