/** The note that stands beside a span while it is pointed at or focused. */

import { byId } from './dom.js';

/** @param {HTMLElement} element what it is about @param {string} text */
export function showTip(element, text) {
  hideTip();
  const tip = byId('tip');
  tip.textContent = text;
  tip.hidden = false;
  const [place] = element.getClientRects();
  if (!place) return hideTip();
  const left = Math.min(Math.max(8, place.left), innerWidth - tip.offsetWidth - 8);
  const above = place.top - tip.offsetHeight - 6;
  tip.style.left = `${left}px`;
  tip.style.top = `${above > 4 ? above : place.bottom + 6}px`;
  element.setAttribute('aria-describedby', 'tip');
}

/** Take it away. */
export function hideTip() {
  byId('tip').hidden = true;
  document.querySelector('[aria-describedby="tip"]')?.removeAttribute('aria-describedby');
}
