/** Short messages, also read aloud. */

import { Problem } from './api.js';
import { byId, h } from './dom.js';
import { t } from './i18n.js';
import { said } from './said.js';

/** Show a message for a while; an error stays until it is closed. @param {string} text @param {'done' | 'error'} [kind] @param {{text: string, act: () => void} | null} [offer] */
export function notice(text, kind = 'done', offer = null) {
  if (!text) return;
  const box = h(`div.notice.${kind}`, null,
    h('span', null, text),
    offer && h('button', { type: 'button', onclick: () => { take(box); offer.act(); } }, offer.text),
    h('button.icon', { type: 'button', 'aria-label': t('close'), onclick: () => take(box) }, '×'));
  byId('notices').append(box);
  while (byId('notices').children.length > 3) take(byId('notices').firstChild);
  if (kind === 'done') setTimeout(() => take(box), 6000);
}

/** Where the focus was before it came to the messages. @type {HTMLElement | null} */
let before = null;
byId('notices').addEventListener('focusin', (/** @type {FocusEvent} */ event) => {
  const from = /** @type {HTMLElement | null} */ (event.relatedTarget);
  if (from && !byId('notices').contains(from)) before = from;
});

/** Take a message away, and the focus back to where it was. @param {HTMLElement} box */
function take(box) {
  const held = box.contains(document.activeElement);
  box.remove();
  if (held) (before?.isConnected ? before : byId('content')).focus();
}

/** What went wrong, for people. @param {unknown} error @returns {string} */
export function problemText(error) {
  if (!(error instanceof Problem)) return error instanceof Error ? error.message : String(error);
  if (error.errors[0]?.field === 'file') return said(error.errors[0].message);
  const known = t(`problem.${error.status}`);
  const fields = error.errors.map((e) => `${e.field}: ${e.message}`).join('; ');
  const words = known.startsWith('problem.') ? error.message || t('problem.other', { status: error.status }) : known;
  return fields && [413, 415, 422].includes(error.status) ? `${words} (${fields})` : words;
}
