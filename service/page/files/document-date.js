/** The day that 「年底前」 counts from, beside the document's name: one that was forgotten or is wrong can be set afterwards. */

import { makeContent } from './content.js';
import { link } from './corrections.js';
import { h } from './dom.js';
import { t } from './i18n.js';
import { changed, current, on } from './store.js';

/** Make the field. @returns {HTMLElement} */
export function setUp() {
  const name = h('span');
  const field = /** @type {HTMLInputElement} */ (h('input', { type: 'date', id: 'document-date', min: '1900-01-01', max: '2099-12-31',
    'data-focus': 'document-date', onchange: () => { if (field.validity.valid) redate(field.value || null); } }));
  on('current content language', () => {
    name.textContent = t('work.date');
    field.title = t('work.date.note');
    if (field !== document.activeElement) field.value = current()?.date ?? '';
  });
  on('current', () => { field.value = current()?.date ?? ''; });
  return h('label.inline', null, name, field);
}

/** Have the due dates of the document worked out anew, also those that an undo brings back. @param {string | null} date */
function redate(date) {
  const doc = current();
  if (!doc?.present || doc.date === date) return;
  doc.date = date;
  for (const held of [...doc.past, ...doc.future]) held.stale = true;
  // another state than the one that was saved
  doc.present = makeContent(doc.present.entities, doc.present, doc.present.records);
  link(doc, doc.present);
  changed('documents');
}
