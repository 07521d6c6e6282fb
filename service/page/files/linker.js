/** Choosing what a record is linked to, out of all spans of a label. */

import { openDialog } from './dialog.js';
import { h } from './dom.js';
import { t } from './i18n.js';

const MOST = 200;

/** Open it. @param {string} title @param {Entity[]} offered in the order of the list @param {(id: string) => void} onchosen */
export function openLinker(title, offered, onchosen) {
  const words = /** @type {HTMLInputElement} */ (h('input', { type: 'search', id: 'link-words', autocomplete: 'off' }));
  const list = /** @type {HTMLSelectElement} */ (h('select', { id: 'link-list', size: 8 }));
  const look = () => {
    const wanted = words.value.trim().toLowerCase();
    const fitting = offered.filter(({ text }) => text.toLowerCase().includes(wanted)).slice(0, MOST);
    list.replaceChildren(...fitting.map(({ id, text }) => h('option', { value: id }, text)));
    if (!fitting.length) list.append(h('option', { value: '', disabled: true }, t('finder.none')));
    list.selectedIndex = 0;
  };
  words.addEventListener('input', look);
  look();
  const dialog = openDialog(title, [
    h('label', { for: 'link-words' }, t('linker.words')), words,
    h('label', { for: 'link-list' }, t('linker.list')), list,
  ], { text: t('linker.go'), act: () => {
    if (!list.value) return false;
    onchosen(list.value);
  } });
  const go = () => /** @type {HTMLElement} */ (dialog.querySelector('.primary')).click();
  list.addEventListener('keydown', (event) => { if (event.key === 'Enter') go(); });
  list.addEventListener('dblclick', go);
  words.focus();
}
