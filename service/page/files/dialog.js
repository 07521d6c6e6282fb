/** The one dialog of the page, modal, with a title and a way out. */

import { byId, h } from './dom.js';
import { t } from './i18n.js';

/**
 * Open it.
 * @param {string} title
 * @param {any[]} children
 * @param {{text: string, act: () => void | boolean} | null} [primary] what its main button does; false keeps it open
 * @returns {HTMLDialogElement}
 */
export function openDialog(title, children, primary = null) {
  const dialog = byId('dialog');
  if (dialog.open) dialog.close();
  const opener = /** @type {HTMLElement | null} */ (document.activeElement);
  dialog.replaceChildren(
    h('form', { onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      if (primary?.act() !== false) dialog.close();
    } },
    h('h2', { id: 'dialog-title' }, title),
    ...children,
    h('div.dialog-end', null,
      h('button', { type: 'button', onclick: () => dialog.close() }, t(primary ? 'cancel' : 'close')),
      primary && h('button.primary', { type: 'submit' }, primary.text))),
  );
  dialog.onclose = () => {
    if (opener?.isConnected) return;
    // it was drawn anew meanwhile
    (document.querySelector(`[data-focus="${CSS.escape(opener?.dataset.focus ?? '')}"]`) ?? byId('content')).focus();
  };
  dialog.showModal();
  return dialog;
}
