/**
 * The list of documents at the side, with the progress of those that are still being read. Its elements are made once and
 * changed where they stand: a button that is put anew under the pressed mouse is never clicked.
 */

import { byId, h } from './dom.js';
import { t } from './i18n.js';
import { running } from './job.js';
import { giveUp, stopAll } from './reading.js';
import { on, openDocument, show, state } from './store.js';

/** @typedef {{element: HTMLElement, update: () => void}} Part */
/** @type {Map<string, Part & {remove: HTMLElement}>} */
const items = new Map();

/** Bring it up to date whenever documents change. */
export function setUp() {
  const list = byId('documents');
  const head = makeHead(), all = h('ul');
  list.append(head.element, all);
  on('documents current language progress view', () => {
    // a single document that is ready says all itself
    list.hidden = state.view === 'start' || state.documents.length === 0 ||
      (state.documents.length === 1 && state.documents[0].status === 'ready');
    head.update();
    for (const [key, { element }] of items) {
      if (state.documents.some((doc) => doc.key === key)) continue;
      element.remove();
      items.delete(key);
    }
    for (const doc of state.documents) {
      if (!items.has(doc.key)) items.set(doc.key, makeItem(doc));
      const item = /** @type {Part} */ (items.get(doc.key));
      if (!item.element.isConnected) all.append(item.element);
      item.update();
    }
  });
}

/** @returns {Part} */
function makeHead() {
  const count = h('h2');
  const add = h('button.icon', { type: 'button', onclick: () => show('start') }, '+');
  const progress = bar(), over = h('span', { role: 'status' }), note = h('p.small');
  const stop = h('button.link.stop', { type: 'button', onclick: () => { stopAll(); add.focus(); } });
  const together = h('div.together', null, progress, h('div.together-line', null, over, stop), note);
  const update = () => {
    const all = state.documents.length;
    const { ahead, notes } = running();
    const done = state.documents.filter((doc) => ['ready', 'failed'].includes(doc.status)).length + ahead;
    say(count, t('documents.count', { count: all }));
    add.title = t('documents.add');
    add.setAttribute('aria-label', add.title);
    together.hidden = done >= all;
    progress.hidden = all < 2;
    put(progress, (done + state.documents.reduce((sum, doc) => sum + (doc.done ?? 0), 0)) / Math.max(1, all), t('documents.progress'));
    say(over, all > 1 ? t('documents.over', { over: done, all }) : '');
    say(stop, t('documents.stop'));
    note.hidden = !notes.length;
    say(note, notes.join('；'));
  };
  return { element: h('div', null, h('div.documents-head', null, count, add), together), update };
}

/** @param {Doc} doc @returns {Part & {remove: HTMLElement}} */
function makeItem(doc) {
  const status = h('span.state');
  const open = /** @type {HTMLButtonElement} */ (h('button.document', { type: 'button', onclick: () => openDocument(doc.key) },
    h('span.name', { title: doc.name }, doc.name), status));
  const remove = h('button.icon', { type: 'button', onclick: () => close(doc) }, '×');
  const progress = bar(), note = h('p.small');
  const reason = h('span'), again = h('button', { type: 'button', onclick: () => doc.problem?.again?.() });
  const problem = h('p.small.bad', { role: 'alert' }, reason, ' ', again);
  const element = h('li', null, h('div.document-line', null, open, remove), progress, note);
  const update = () => {
    open.disabled = doc.status !== 'ready';
    if (doc.key === state.current) open.setAttribute('aria-current', 'true');
    else open.removeAttribute('aria-current');
    const edited = doc.present !== doc.saved;
    say(status, doc.status === 'ready'
      ? t('documents.found', { count: doc.present?.records.length ?? 0 }) + (edited ? ` · ${t('documents.edited')}` : '')
      : t(`documents.${doc.status}`));
    remove.setAttribute('aria-label', t('documents.close', { name: doc.name }));
    progress.hidden = doc.status !== 'working';
    put(progress, doc.done, t('documents.reading', { name: doc.name }));
    note.hidden = !doc.note;
    say(note, doc.note);
    say(reason, doc.problem?.why() ?? '');
    say(again, t('again'));
    again.hidden = !doc.problem?.again;
    // what comes into the page is read aloud, once
    if (doc.problem && !problem.isConnected) element.append(problem);
    if (!doc.problem && problem.contains(document.activeElement)) remove.focus();
    if (!doc.problem) problem.remove();
  };
  return { element, update, remove };
}

/** @param {Doc} doc */
function close(doc) {
  if (doc.present !== doc.saved && !confirm(t('documents.lose'))) return;
  const at = state.documents.indexOf(doc);
  giveUp(doc);
  // the focus stays where it was in the list
  const next = state.documents[Math.min(at, state.documents.length - 1)];
  (byId('documents').hidden ? byId(state.view === 'start' ? 'paste' : 'content') : items.get(next.key)?.remove).focus();
}

/** A progress bar. */
const bar = () => /** @type {HTMLProgressElement} */ (h('progress', { max: 100 }));

/** @param {HTMLProgressElement} progress @param {number | null} share null while nothing is known of it @param {string} label */
function put(progress, share, label) {
  if (share === null) progress.removeAttribute('value');
  else progress.value = Math.round(share * 100);
  progress.setAttribute('aria-label', label);
}

/** Change a text, if it is another: what is set is read aloud. @param {HTMLElement} element @param {string} text */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
