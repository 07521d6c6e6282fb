/** What the page holds: documents with the history of their corrections, what is chosen, and who wants to hear of changes. */

import { answeredContent } from './content.js';

/** @type {Map<string, Set<() => void>>} */
const listeners = new Map();

/** @type {State} */
export const state = {
  documents: [],
  current: null,
  view: 'start',
  today: localDate(),
  span: null,
  record: null,
  selection: null,
  hidden: new Set(),
};

/** Call back whenever one of the topics changes. @param {string} topics @param {() => void} listener */
export function on(topics, listener) {
  for (const topic of topics.split(' ')) {
    if (!listeners.has(topic)) listeners.set(topic, new Set());
    listeners.get(topic)?.add(listener);
  }
}

/** Say that topics have changed; a listener to several of them hears of it once. @param {string} topics */
export function changed(topics) {
  const heard = new Set(topics.split(' ').flatMap((topic) => [...(listeners.get(topic) ?? [])]));
  for (const listener of heard) listener();
}

let made = 0;

/** A document that is still to be read. @param {string} name @param {Partial<Doc>} [more] @returns {Doc} */
export function addDocument(name, more = {}) {
  /** @type {Doc} */
  const doc = {
    key: `d${++made}`, name, text: '', date: null, status: 'waiting', done: null, note: '', problem: null, stop: null, again: null, warnings: [],
    past: [], present: null, future: [], saved: null, ...more,
  };
  state.documents.push(doc);
  changed('documents');
  return doc;
}

/** Whether a document is still to be read. @param {Doc} doc */
export const isUnderway = (doc) => ['waiting', 'working'].includes(doc.status);

/** A document has been read; it is shown if none is. @param {Doc} doc @param {string} text @param {any} answer after ExtractAnswer @param {ByHand} [byHand] */
export function fillDocument(doc, text, answer, byHand) {
  const found = answeredContent(answer, byHand);
  Object.assign(doc, { text, present: found, saved: found, warnings: answer.document?.warnings ?? [] });
  Object.assign(doc, { status: 'ready', done: null, note: '', stop: null, again: null });
  changed('documents');
  if (!state.current) setCurrent(doc.key);
}

/** A document could not be read. @param {Doc} doc @param {() => string} why in the language of the page @param {(() => void) | null} [again] what tries it again */
export function failDocument(doc, why, again = null) {
  Object.assign(doc, { status: 'failed', done: null, note: '', stop: null, problem: { why, again } });
  changed('documents');
  if (!state.documents.some(isUnderway)) showAgain();
}

/** @returns {Doc | null} the document that is shown */
export const current = () => state.documents.find((doc) => doc.key === state.current) ?? null;

/** @returns {Content | null} what is found in it, as corrected so far */
export const content = () => current()?.present ?? null;

/** What was shown before. @type {string | null} */
let last = null;

/** Make a document the one that is shown. @param {string | null} key */
export function setCurrent(key) {
  if (state.current === key) return;
  if (state.current) last = state.current;
  Object.assign(state, { current: key, span: null, record: null, selection: null });
  changed('current content selection');
}

/** Where nothing is shown, show what was shown last, or else what there is. */
function showAgain() {
  if (current()) return;
  const ready = state.documents.filter((doc) => doc.status === 'ready');
  setCurrent((ready.find((doc) => doc.key === last) ?? ready[0])?.key ?? null);
}

/** Show a document. @param {string} key */
export function openDocument(key) {
  setCurrent(key);
  show('work');
}

/** Take a document away. @param {string} key */
export function closeDocument(key) {
  state.documents = state.documents.filter((doc) => doc.key !== key);
  if (state.current === key || !state.documents.some(isUnderway)) showAgain();
  if (!state.documents.length) show('start');
  changed('documents');
}

/** Show a view. @param {View} view */
export function show(view) {
  state.view = view;
  changed('view');
}

/** Choose a span and a record, null for none, and no longer the words that were selected. @param {string | null} span @param {string | null} record */
export function choose(span, record) {
  Object.assign(state, { span, record, selection: null });
  changed('selection');
}

/** The day here, not in Greenwich. */
function localDate(date = new Date()) {
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
