/**
 * Reading texts and files into documents: a few at a time, with live progress. This is the one module that knows how many
 * documents become answers; the others only see the documents fill.
 */

import { Problem, extractFile, extractRecords, extractText, loadSettings } from './api.js';
import { answeredContent } from './content.js';
import { t } from './i18n.js';
import { notice, problemText } from './notices.js';
import { addDocument, changed, closeDocument, fillDocument, setCurrent, state } from './store.js';

const AT_ONCE = 2;
const SENT_SHARE = 0.15;
const RATE = 'mubiao-rate';

/** @type {{doc: Doc, work: (doc: Doc, watch: Watch) => Promise<void>, abort: AbortController}[]} */
const waiting = [];
/** @type {Map<string, AbortController>} */
const aborts = new Map();
let running = 0;

/** Read a text. @param {string} text @param {string | null} date */
export async function readText(text, date) {
  const { text_limit: limit } = await settings();
  const length = [...text].length;
  if (length > limit) return notice(t('reading.long', { length, limit }), 'error');
  const doc = addDocument(titleOf(text), { text, date });
  enqueue(doc, async (doc, watch) => {
    const stop = estimate(doc, length, 0);
    try {
      fillDocument(doc, text, await extractText(text, date, watch));
    } finally {
      stop(length);
    }
  });
}

/** Read files, in their order. @param {File[]} files @param {string | null} date */
export async function readFiles(files, date) {
  const { file_bytes: limit } = await settings();
  for (const file of files) {
    if (/\.json$/i.test(file.name)) {
      await reopen(file);
      continue;
    }
    const doc = addDocument(file.name, { date });
    if (file.size > limit) fail(doc, t('reading.large', { limit: Math.floor(limit / 1e6) }));
    else enqueue(doc, (doc, watch) => readFile(doc, file, watch));
  }
}

/** Stop reading a document and take it away, or only the latter. @param {Doc} doc */
export function giveUp(doc) {
  aborts.get(doc.key)?.abort();
  const place = waiting.findIndex((entry) => entry.doc === doc);
  if (place >= 0) waiting.splice(place, 1);
  closeDocument(doc.key);
}

/** @type {(doc: Doc, file: File, watch: Watch) => Promise<void>} */
async function readFile(doc, file, watch) {
  /** @type {((length: number) => void)[]} */
  const stops = [];
  const sent = (/** @type {number} */ share) => {
    progress(doc, share * SENT_SHARE);
    // what a file holds is known only afterwards: about so many characters
    if (share === 1 && !stops.length) stops.push(estimate(doc, Math.min(file.size / 3, 60_000), SENT_SHARE));
  };
  let length = 0;
  try {
    const answer = await extractFile(file, doc.date, { ...watch, sent });
    length = answer.length;
    fillDocument(doc, answer.document.text, answer);
  } finally {
    for (const stop of stops) stop(length);
  }
}

/** Open documents that were saved from here as JSON, with their corrections. @param {File} file */
async function reopen(file) {
  /** @type {any[]} */
  let saved;
  try {
    saved = JSON.parse(await file.text());
    if (!Array.isArray(saved) || !saved.every((one) => typeof one?.text === 'string' && Array.isArray(one.entities))) throw new Error();
  } catch {
    const doc = addDocument(file.name);
    return fail(doc, t('reading.json'));
  }
  for (const one of saved) {
    const doc = addDocument(String(one.id ?? file.name), { date: one.date ?? null, text: one.text });
    enqueue(doc, async (doc) => {
      const links = one.links ?? [];
      doc.present = answeredContent({ entities: one.entities, records: [] }, links);
      fillDocument(doc, one.text, await extractRecords(doc, doc.present), links);
    });
  }
}

/** @type {(doc: Doc, work: (doc: Doc, watch: Watch) => Promise<void>) => void} */
function enqueue(doc, work) {
  waiting.push({ doc, work, abort: new AbortController() });
  next();
}

async function next() {
  if (running >= AT_ONCE) return;
  const entry = waiting.shift();
  if (!entry) return;
  const { doc, work, abort } = entry;
  running++;
  aborts.set(doc.key, abort);
  doc.status = 'working';
  changed('documents');
  next();
  try {
    await work(doc, {
      signal: abort.signal,
      waiting: (seconds) => { doc.note = t('reading.busy', { seconds }); changed('documents'); },
    });
    if (!state.current) setCurrent(doc.key);
  } catch (error) {
    if (!(error instanceof DOMException)) {
      const again = error instanceof Problem && [0, 401, 429, 500, 503].includes(error.status);
      fail(doc, problemText(error), again ? () => { doc.problem = null; doc.status = 'waiting'; enqueue(doc, work); } : null);
    }
  } finally {
    running--;
    aborts.delete(doc.key);
    doc.note = '';
    changed('documents');
    next();
  }
}

/** @type {(doc: Doc, text: string, again?: (() => void) | null) => void} */
function fail(doc, text, again = null) {
  doc.status = 'failed';
  doc.problem = { text, again };
  changed('documents');
}

/** @param {Doc} doc @param {number} share */
function progress(doc, share) {
  doc.done = Math.max(doc.done, Math.min(share, 1));
  changed('documents');
}

/**
 * While the model reads, progress is an estimate from how fast it was before; it slows down before the end and never claims it.
 * @param {Doc} doc @param {number} length @param {number} from
 * @returns {(length: number) => void} to be called at the end, with the true length (0 if it failed)
 */
function estimate(doc, length, from) {
  const started = performance.now();
  const rate = Number(localStorage.getItem(RATE)) || 4000;
  const expected = Math.max(0.4, length / rate);
  const timer = setInterval(() => {
    const seconds = (performance.now() - started) / 1000;
    const share = seconds < expected ? (0.9 * seconds) / expected : 1 - 0.1 * (expected / seconds);
    const left = Math.ceil(expected - seconds);
    doc.note = left > 2 ? t('reading.left', { seconds: left }) : t('reading.now');
    progress(doc, from + (1 - from) * share);
  }, 200);
  return (length) => {
    clearInterval(timer);
    const seconds = (performance.now() - started) / 1000;
    if (length > 2000) localStorage.setItem(RATE, String(Math.round(length / seconds)));
  };
}

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
