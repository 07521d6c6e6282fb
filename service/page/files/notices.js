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
    offer && h('button', { type: 'button', onclick: () => { box.remove(); offer.act(); } }, offer.text),
    h('button.icon', { type: 'button', 'aria-label': t('close'), onclick: () => box.remove() }, '×'));
  byId('notices').append(box);
  while (byId('notices').children.length > 3) byId('notices').firstChild.remove();
  if (kind === 'done') setTimeout(() => box.remove(), 6000);
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
