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

/** Whether it may be meant for words that are being typed, which the browser undoes itself. @param {Event} event */
export const inWords = (event) =>
  event.target instanceof Element && event.target.closest('input, textarea, dialog') !== null;

/**
 * Draw a part of the page anew and leave the focus in it where it was: `data-focus` names what is drawn again. Where that is
 * gone or has been disabled, the focus goes to what stood nearest to it, and where nothing of that is left to the fallback:
 * never to the body, where a keyboard would have to begin again.
 * @param {Element} root @param {() => void} draw @param {HTMLElement} [fallback]
 */
export function keepingFocus(root, draw, fallback = byId('content')) {
  const held = document.activeElement;
  if (!held || !root.contains(held)) return draw();
  const before = [...root.querySelectorAll('[data-focus]')].map(nameOf);
  const at = before.indexOf(nameOf(held));
  draw();
  if (held.isConnected && document.activeElement === held) return;
  const after = new Map([...root.querySelectorAll('[data-focus]:not(:disabled)')].map((element) => [nameOf(element), element]));
  // of two as near the one behind it: after the last undo, redo
  const left = before.map((name, index) => ({ name, away: index < at ? at - index : index - at - 0.5 })).filter(({ name }) => at >= 0 && after.has(name));
  const next = after.get(left.sort((a, b) => a.away - b.away)[0]?.name);
  for (const element of [next, fallback]) {
    /** @type {HTMLElement | undefined} */ (element)?.focus({ preventScroll: true });
    if (element === document.activeElement) return;
  }
}

/** @param {Element} element */
const nameOf = (element) => /** @type {HTMLElement} */ (element).dataset.focus;
