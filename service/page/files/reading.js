/**
 * Reading texts and files into documents: one at a time or a few, with their progress; several files as a job. This module
 * and job.js know how documents become answers; the others only see them fill.
 */

import { Problem, extractFile, extractRecords, extractText, loadSettings } from './api.js';
import { answeredContent } from './content.js';
import { link } from './corrections.js';
import { t } from './i18n.js';
import { readAsJob } from './job.js';
import { LABELS } from './labels.js';
import { notice, problemText } from './notices.js';
import { rowsOf } from './rows.js';
import { addDocument, changed, closeDocument, failDocument, fillDocument, isUnderway, state } from './store.js';

const AT_ONCE = 2;

/** @typedef {(doc: Doc, watch: Watch) => Promise<void>} Work */
/** @type {{doc: Doc, work: Work, abort: AbortController}[]} */
const waiting = [];
let running = 0;

/** Whether a text may be read; if it is too long, that is said. @param {string} text */
export async function mayRead(text) {
  const { text_limit: limit } = await settings();
  const length = [...text].length;
  if (length > limit) notice(t('reading.long', { length, limit }), 'error');
  return length <= limit;
}

/** Read a text. @param {string} text @param {string | null} date */
export function readText(text, date) {
  enqueue(addDocument(titleOf(text), { text, date }), async (doc, watch) => {
    fillDocument(doc, text, await extractText(text, date, watch));
  });
}

/** Read files; those that were saved from here are opened. @param {File[]} files @param {string | null} date */
export async function readFiles(files, date) {
  const { file_bytes: limit, jobs } = await settings();
  const isSaved = (/** @type {File} */ file) => /\.json$/i.test(file.name);
  const added = files.filter((file) => !isSaved(file)).map((file) => ({ file, doc: addDocument(file.name, { date }) }));
  for (const file of files.filter(isSaved)) await reopen(file);
  /** @type {Sending[]} */
  const sending = [];
  for (const { file, doc } of added) {
    if (file.size > limit) failDocument(doc, () => t('reading.large', { limit: Math.floor(limit / 1e6) }));
    else sending.push({ doc, file, alone: () => enqueue(doc, (doc, watch) => readFile(doc, file, watch)) });
  }
  if (jobs && sending.length > 1) readAsJob(sending, date);
  else for (const { alone } of sending) alone();
}

/** Take a document away, and stop to read it. @param {Doc} doc */
export function giveUp(doc) {
  doc.stop?.();
  closeDocument(doc.key);
}

/** Stop all that is still being read. */
export function stopAll() {
  for (const doc of state.documents.filter(isUnderway)) {
    doc.stop?.();
    failDocument(doc, () => t('reading.stopped'), doc.again);
  }
}

/** @type {(doc: Doc, file: File, watch: Watch) => Promise<void>} */
async function readFile(doc, file, watch) {
  const answer = await extractFile(file, doc.date, watch);
  fillDocument(doc, answer.document.text, answer);
}

/** Open documents that were saved from here as JSON, with their corrections. @param {File} file */
async function reopen(file) {
  /** @type {any[]} */
  let saved;
  try {
    saved = JSON.parse(await file.text());
    if (!Array.isArray(saved) || !saved.every((one) => typeof one?.text === 'string' && Array.isArray(one.entities))) throw new Error();
  } catch {
    return failDocument(addDocument(file.name), () => t('reading.json'));
  }
  for (const one of saved) {
    const doc = addDocument(String(one.id ?? file.name), { date: one.date ?? null, text: one.text });
    const byHand = { links: one.links ?? [], duties: one.duties ?? {} };
    // what was saved is shown at once, and linked anew behind it: by other rules perhaps than those of the day it was saved
    if (isWhole(one, byHand)) {
      fillDocument(doc, one.text, one, byHand);
      link(doc, /** @type {Content} */ (doc.present));
    } else {
      enqueue(doc, async (doc) => {
        const given = answeredContent({ entities: one.entities, records: [] }, byHand);
        fillDocument(doc, one.text, await extractRecords(doc, given), byHand);
      });
    }
  }
}

/** Whether what was saved can be shown as it is; the service tells what is wrong with what cannot. @param {any} one @param {ByHand} byHand */
function isWhole(one, byHand) {
  const isPlaced = (/** @type {any} */ e) => typeof e?.id === 'string' && LABELS.includes(e.label) && typeof e.confidence === 'number' &&
    Number.isInteger(e.start) && Number.isInteger(e.end) && e.start >= 0 && e.start < e.end && e.text === one.text.slice(e.start, e.end);
  try {
    return one.entities.every(isPlaced) && rowsOf(answeredContent(one, byHand)).length > 0;
  } catch {
    return false;
  }
}

/** @type {(doc: Doc, work: Work) => void} */
function enqueue(doc, work) {
  const entry = { doc, work, abort: new AbortController() };
  Object.assign(doc, { status: 'waiting', problem: null, done: null });
  doc.again = () => enqueue(doc, work);
  doc.stop = () => {
    entry.abort.abort();
    const place = waiting.indexOf(entry);
    if (place >= 0) waiting.splice(place, 1);
  };
  waiting.push(entry);
  changed('documents');
  next();
}

async function next() {
  if (running >= AT_ONCE) return;
  const entry = waiting.shift();
  if (!entry) return;
  const { doc, work, abort } = entry;
  running++;
  doc.status = 'working';
  changed('documents');
  next();
  try {
    await work(doc, {
      signal: abort.signal,
      sent: (share) => progress(doc, null, share < 1 ? t('reading.sending', { share: percent(share) }) : t('reading.opening')),
      read: (share) => progress(doc, share, share < 1 ? t('reading.read', { share: percent(share) }) : t('reading.linking')),
      waiting: (seconds) => progress(doc, null, t('reading.busy', { seconds })),
    });
  } catch (error) {
    if (!(error instanceof DOMException)) failDocument(doc, () => problemText(error), mayWorkAgain(error) ? doc.again : null);
  } finally {
    running--;
    next();
  }
}

/** @param {unknown} error */
const mayWorkAgain = (error) => error instanceof Problem && [0, 401, 429, 500, 503].includes(error.status);

/** @param {Doc} doc @param {number | null} done the share that has been read, null while that is not known @param {string} note */
function progress(doc, done, note) {
  Object.assign(doc, { done, note });
  changed('progress');
}

/** @param {number} share */
const percent = (share) => Math.floor(share * 100);

/** A name for a text that has none: its first line. @param {string} text */
function titleOf(text) {
  const line = text.split(/[\r\n]/).find((line) => line.trim())?.trim() ?? '';
  const characters = [...line];
  return (characters.length > 30 ? characters.slice(0, 29).join('') + '…' : line) || t('reading.untitled');
}

/** @type {Promise<PageSettings> | null} */
let loaded = null;
/** The settings of the service, asked for once. */
export const settings = () => (loaded ??= loadSettings());
