/** Talking to the service: its key, its errors, waiting when it is busy. Offsets are UTF-16, as JavaScript counts. */

import { askForKey } from './key.js';

const KEY = 'mubiao-key';
const MOST_TRIES = 6;

/** An error that the service answered (RFC 9457), or that none was answered (status 0). */
export class Problem extends Error {
  /** @param {number} status @param {any} body @param {number} retryAfter seconds */
  constructor(status, body, retryAfter = 0) {
    super(body?.detail ?? '');
    this.status = status;
    /** @type {{field: string, message: string}[]} */
    this.errors = Array.isArray(body?.errors) ? body.errors : [];
    this.retryAfter = retryAfter;
  }
}

/** What the page must know of the service's settings. @returns {Promise<PageSettings>} */
export const loadSettings = async () => (await fetch('/page/settings.json')).json();

/** Extract from a text. @param {string} text @param {string | null} date @param {Watch} watch */
export const extractText = (text, date, watch) =>
  send('/extract', JSON.stringify({ text, date, offsets: 'utf16' }), 'application/json', watch);

/** Extract from a file; the answer carries its text. @param {File} file @param {string | null} date @param {Watch} watch */
export function extractFile(file, date, watch) {
  const form = new FormData();
  form.set('file', file);
  form.set('offsets', 'utf16');
  form.set('text', 'true');
  if (date) form.set('date', date);
  return send('/extract/file', form, null, watch);
}

/** The records of corrected entities. @param {Doc} doc @param {Content} found */
export const extractRecords = (doc, found) => send('/records', JSON.stringify(corrected(doc, found)), 'application/json');

/** Corrected documents as a file. @param {string} format @param {Doc[]} docs @returns {Promise<Blob>} */
export const exportFile = (format, docs) =>
  send('/export', JSON.stringify({ format, documents: docs.map((doc) => corrected(doc)) }), 'application/json', { blob: true });

/** Keep a corrected document to train on. @param {Doc} doc @returns {Promise<{name: string, state: string}>} */
export const keepForTraining = (doc) => send('/training-data', JSON.stringify(corrected(doc)), 'application/json');

/** A document as POST /records takes it. @param {Doc} doc @param {Content | null} found */
function corrected(doc, found = doc.present) {
  const entities = (found?.entities ?? []).map(({ id, label, start, end, value, confidence }) =>
    value ? { id, label, start, end, value, confidence } : { id, label, start, end, confidence });
  const id = [...doc.name].slice(0, 200).join('');
  return { id, text: doc.text, date: doc.date, offsets: 'utf16', entities, links: found?.links ?? [] };
}

/**
 * Send a request; when the service is busy wait as long as it says, when it wants a key ask for one.
 * @param {string} path
 * @param {string | FormData} body
 * @param {string | null} type
 * @param {Watch & {blob?: boolean}} [watch]
 * @returns {Promise<any>}
 */
async function send(path, body, type, watch = {}) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(path, body, type, watch);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 401 && (await askForKey())) continue;
      if (![429, 503].includes(error.status) || attempt === MOST_TRIES) throw error;
      watch.waiting?.(error.retryAfter);
      await new Promise((resolve) => setTimeout(resolve, 1000 * Math.max(1, error.retryAfter)));
    }
  }
}

/** XMLHttpRequest and not fetch, which cannot tell how much was sent. @type {(path: string, body: any, type: string | null, watch: Watch & {blob?: boolean}) => Promise<any>} */
function once(path, body, type, watch) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    if (type) request.setRequestHeader('Content-Type', type);
    const key = sessionStorage.getItem(KEY);
    if (key) request.setRequestHeader('Authorization', `Bearer ${key}`);
    request.responseType = 'blob';
    request.upload.onprogress = (event) => event.lengthComputable && watch.sent?.(event.loaded / event.total);
    request.onerror = () => reject(new Problem(0, null));
    request.onabort = () => reject(new DOMException('', 'AbortError'));
    watch.signal?.addEventListener('abort', () => request.abort());
    request.onload = async () => {
      const good = request.status >= 200 && request.status < 300;
      if (good && watch.blob) return resolve(request.response);
      const value = await request.response.text().then(JSON.parse).catch(() => null);
      if (good && value) return resolve(value);
      reject(new Problem(request.status, value, Number(request.getResponseHeader('Retry-After')) || 0));
    };
    request.send(body);
  });
}

/** Remember the key until the tab is closed. @param {string} key */
export const rememberKey = (key) => sessionStorage.setItem(KEY, key);
