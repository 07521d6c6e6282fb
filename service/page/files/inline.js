/** A stretch of text with its spans as elements, one inside the other. */

import { t } from './i18n.js';
import { UNSURE, kindOf } from './labels.js';

/**
 * The nodes of the stretch [from, to) of a text.
 * @param {string} text @param {number} from @param {number} to
 * @param {Entity[]} entities those that touch it, in reading order, outer before inner
 * @returns {Node[]}
 */
export function inline(text, from, to, entities) {
  /** @type {Node[]} */
  const nodes = [];
  let at = from;
  for (let index = 0; index < entities.length;) {
    const entity = entities[index];
    const start = Math.max(entity.start, at), end = Math.min(entity.end, to);
    let next = index + 1;
    while (next < entities.length && entities[next].start < end) next++;
    if (start < end) {
      if (start > at) nodes.push(document.createTextNode(text.slice(at, start)));
      nodes.push(span(entity, inline(text, start, end, entities.slice(index + 1, next))));
      at = end;
    }
    index = next;
  }
  if (at < to) nodes.push(document.createTextNode(text.slice(at, to)));
  return nodes;
}

/** @param {Entity} entity @param {Node[]} inner */
function span(entity, inner) {
  const element = document.createElement('span');
  const kind = kindOf(entity);
  const depth = inner.reduce((most, node) => (node instanceof HTMLElement ? Math.max(most, Number(node.dataset.depth) + 1) : most), 0);
  element.className = `span k-${kind}${entity.confidence < UNSURE ? ' unsure' : ''}`;
  element.dataset.id = entity.id;
  element.dataset.depth = String(Math.min(depth, 3));
  element.tabIndex = -1;
  element.setAttribute('role', 'group');
  element.setAttribute('aria-label', t(`kind.${kind}`));
  element.append(...inner);
  return element;
}

/** The entities that touch [from, to), in reading order. @param {Entity[]} entities in reading order @param {number} from @param {number} to @param {number} longest length of the longest of them */
export function touching(entities, from, to, longest) {
  let low = 0, high = entities.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entities[middle].start < from - longest) low = middle + 1;
    else high = middle;
  }
  const found = [];
  for (let index = low; index < entities.length && entities[index].start < to; index++) {
    if (entities[index].end > from) found.push(entities[index]);
  }
  return found;
}
