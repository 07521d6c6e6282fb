/** Downloading what was found and corrected, and keeping it to train on. */

import { exportFile, keepForTraining } from './api.js';
import { h } from './dom.js';
import { t } from './i18n.js';
import { notice, problemText } from './notices.js';
import { settings } from './reading.js';
import { changed, current, state } from './store.js';

const FORMATS = [
  { format: 'xlsx', suffix: '.xlsx' },
  { format: 'csv', suffix: '.csv' },
  { format: 'json', suffix: '.json' },
  { format: 'label-studio', suffix: '.label-studio.json' },
  { format: 'gold', suffix: '.jsonl' },
];
let training = false;

/** Learn what the settings allow. */
export async function setUp() {
  training = (await settings()).training_data;
  changed('language');
}

/** Whether documents may be kept to train on. */
export const savesForTraining = () => training;

const ready = () => state.documents.filter((doc) => doc.status === 'ready');
/** Whether there are several documents to export. */
export const hasSeveral = () => ready().length > 1;

/** The menu of downloads. */
export function exportMenu() {
  const menu = h('details.menu', null,
    h('summary', { 'data-focus': 'export', role: 'button' }, t('export.title')),
    h('div.menu-list', null,
      h('p', null, t('export.this')),
      FORMATS.map((format) => item(format, () => [current()])),
      hasSeveral() && [h('p', null, t('export.all')),
        FORMATS.map((format) => item(format, ready, '-all'))],
      h('p', null, t('export.more')),
      training && h('button', { type: 'button', 'data-export': 'training', onclick: () => keep() }, t('export.training')),
      h('button', { type: 'button', 'data-export': 'print', onclick: () => { close(); print(); } }, t('export.print'))));
  const close = () => {
    menu.removeAttribute('open');
    /** @type {HTMLElement} */ (menu.firstChild).focus();
  };
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    close();
    event.stopPropagation();
  });
  menu.addEventListener('focusout', (event) => {
    if (event.relatedTarget && !menu.contains(/** @type {Node} */ (event.relatedTarget))) menu.removeAttribute('open');
  });
  menu.addEventListener('click', (event) => { if (/** @type {Element} */ (event.target).closest('[data-export]')) close(); });
  return menu;
}

/** @type {(format: typeof FORMATS[number], docs: () => any[], mark?: string) => HTMLElement} */
const item = ({ format, suffix }, docs, mark = '') =>
  h('button', { type: 'button', 'data-export': format + mark, onclick: () => download(format, suffix, docs()) },
    t(`export.${format}`), h('span.muted', null, suffix));

/** @type {(format: string, suffix: string, docs: Doc[]) => Promise<void>} */
async function download(format, suffix, docs) {
  // what is corrected while the answer is waited for is not in it
  const sent = docs.map((doc) => doc.present);
  try {
    const url = URL.createObjectURL(await exportFile(format, docs));
    const name = docs.length > 1 ? t('export.name') : docs[0].name.replace(/\.\w{2,4}$/, '').replace(/[\\/:*?"<>|\s]+/g, '-');
    h('a', { href: url, download: name + suffix }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    if (['json', 'gold', 'label-studio'].includes(format)) docs.forEach((doc, index) => { doc.saved = sent[index]; });
    changed('documents');
    notice(t('export.done', { count: docs.length }));
  } catch (error) {
    notice(problemText(error), 'error');
  }
}

async function keep() {
  const doc = current();
  if (!doc) return;
  const sent = doc.present;
  try {
    const { name, state: result } = await keepForTraining(doc);
    doc.saved = sent;
    changed('documents');
    notice(t(`export.kept.${result}`, { name }));
  } catch (error) {
    notice(problemText(error), 'error');
  }
}
