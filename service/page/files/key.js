/** Asking for the key of a service that wants one. */

import { rememberKey } from './api.js';
import { openDialog } from './dialog.js';
import { h } from './dom.js';
import { t } from './i18n.js';

/** @type {Promise<boolean> | null} */
let asking = null;

/** Ask once, however many requests want it; whether a key was given. @param {boolean} isWrong whether one was, and did not do @returns {Promise<boolean>} */
export function askForKey(isWrong) {
  asking ??= new Promise((resolve) => {
    const field = /** @type {HTMLInputElement} */ (h('input', { type: 'password', id: 'key', autocomplete: 'off', required: true }));
    const dialog = openDialog(t('key.title'), [
      isWrong && h('p.bad', { role: 'alert' }, t('key.wrong')),
      h('p', null, t('key.text')),
      h('label', { for: 'key' }, t('key.label')),
      field,
    ], { text: t('key.go'), act: () => {
      if (!field.value.trim()) return false;
      rememberKey(field.value.trim());
      resolve(true);
    } });
    // a dialog that this one took the place of tells only now that it was closed
    const closed = () => {
      if (dialog.open) return;
      dialog.removeEventListener('close', closed);
      resolve(false);
    };
    dialog.addEventListener('close', closed);
    field.focus();
  }).then((given) => {
    asking = null;
    return /** @type {boolean} */ (given);
  });
  return asking;
}
