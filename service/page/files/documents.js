/** The list of documents at the side, with the progress of those that are still being read. */

import { byId, h, keepingFocus } from './dom.js';
import { t } from './i18n.js';
import { running } from './job.js';
import { giveUp, stopAll } from './reading.js';
import { on, openDocument, show, state } from './store.js';

/** Draw it whenever documents change. */
export function setUp() {
  on('documents current language progress view', draw);
}

function draw() {
  const list = byId('documents');
  // a single document that is ready says all itself
  list.hidden = state.view === 'start' || state.documents.length === 0 ||
    (state.documents.length === 1 && state.documents[0].status === 'ready');
  keepingFocus(list, () => list.replaceChildren(...head(), h('ul', null, state.documents.map(item))));
}

function head() {
  const all = state.documents.length;
  const { ahead, notes } = running();
  const over = state.documents.filter((doc) => ['ready', 'failed'].includes(doc.status)).length + ahead;
  const done = (over + state.documents.reduce((sum, doc) => sum + (doc.done ?? 0), 0)) / all;
  return [
    h('div.documents-head', null,
      h('h2', null, t('documents.count', { count: all })),
      h('button.icon', { type: 'button', 'aria-label': t('documents.add'), title: t('documents.add'), 'data-focus': 'add',
        onclick: () => show('start') }, '+')),
    over < all && h('div.together', null,
      all > 1 && bar(done, t('documents.progress')),
      h('div.together-line', null,
        h('span', { role: 'status' }, all > 1 && t('documents.over', { over, all })),
        h('button.link', { type: 'button', 'data-focus': 'stop', onclick: stopAll }, t('documents.stop'))),
      notes.map((note) => h('p.small', null, note))),
  ].filter(Boolean);
}

/** @param {Doc} doc */
function item(doc) {
  const edited = doc.present !== doc.saved;
  const open = h('button.document', {
    type: 'button', 'aria-current': doc.key === state.current && 'true', 'data-focus': doc.key,
    disabled: doc.status !== 'ready', onclick: () => openDocument(doc.key),
  },
  h('span.name', { title: doc.name }, doc.name),
  h('span.state', null, doc.status === 'ready'
    ? t('documents.found', { count: doc.present?.records.length ?? 0 }) + (edited ? ` · ${t('documents.edited')}` : '')
    : t(`documents.${doc.status}`)));
  return h('li', null,
    h('div.document-line', null, open,
      h('button.icon', { type: 'button', 'aria-label': t('documents.close', { name: doc.name }), 'data-focus': `x-${doc.key}`,
        onclick: () => close(doc) }, '×')),
    doc.status === 'working' && bar(doc.done, t('documents.reading', { name: doc.name })),
    doc.note && h('p.small', null, doc.note),
    doc.problem && h('p.small.bad', { role: 'alert' }, doc.problem.text, ' ',
      doc.problem.again && h('button', { type: 'button', 'data-focus': `again-${doc.key}`, onclick: doc.problem.again }, t('again'))));
}

/** @param {Doc} doc */
function close(doc) {
  if (doc.present !== doc.saved && !confirm(t('documents.lose'))) return;
  giveUp(doc);
}

/** A progress bar. @param {number | null} share null while nothing is known of it @param {string} label */
const bar = (share, label) => h('progress', { max: 100, value: share === null ? null : Math.round(share * 100), 'aria-label': label });
