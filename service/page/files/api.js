/** Talking to the service: its key, its errors, waiting when it is busy. Offsets are UTF-16, as JavaScript counts. */

import { events, lines } from './events.js';
import { askForKey } from './key.js';

const KEY = 'mubiao-key';
const JSON_TYPE = 'application/json';
const MOST_TRIES = 6;

/** An error that the service answered (RFC 9457), or that none was answered (status 0). */
export class Problem extends Error {
  /** @param {number} status @param {any} body @param {number} [retryAfter] seconds */
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
  extract('/extract', JSON.stringify({ text, date, offsets: 'utf16' }), JSON_TYPE, watch);

/** Extract from a file; the answer carries its text. @param {File} file @param {string | null} date @param {Watch} watch */
export function extractFile(file, date, watch) {
  const form = new FormData();
  form.set('file', file);
  form.set('offsets', 'utf16');
  form.set('text', 'true');
  if (date) form.set('date', date);
  return extract('/extract/file', form, null, watch);
}

/** An answer that comes with its progress. @type {(path: string, body: any, type: string | null, watch: Watch) => Promise<any>} */
async function extract(path, body, type, watch) {
  /** @type {Record<string, any>} */
  const last = {};
  const stream = () => events((name, data) => {
    last[name] = data;
    if (name === 'progress') watch.read?.(data.read);
  });
  await send('POST', path, { ...watch, body, type, accept: 'text/event-stream', stream });
  if (last.answer) return last.answer;
  throw new Problem(last.problem?.status ?? 0, last.problem);
}

/** Send files as a job. @param {File[]} files @param {string | null} date @param {Watch} watch @returns {Promise<JobTold>} */
export function startJob(files, date, watch) {
  const form = new FormData();
  for (const file of files) form.append('file', file);
  return send('POST', `/jobs?offsets=utf16&text=true${date ? `&date=${date}` : ''}`, { ...watch, body: form });
}

/** How a job goes on, until it has ended. @param {string} id @param {Watch} watch @param {(told: JobTold) => void} ontold @returns {Promise<void>} */
export const followJob = (id, watch, ontold) =>
  send('GET', `/jobs/${id}/events`, { ...watch, stream: () => events((_, told) => ontold(told)) });

/** The results of a job from one on, as they come, until it has ended. @param {string} id @param {number} offset @param {Watch} watch @param {(result: any) => void} onresult @returns {Promise<void>} */
export const jobResults = (id, offset, watch, onresult) =>
  send('GET', `/jobs/${id}/results?follow=true&offset=${offset}`, { ...watch, stream: () => lines(onresult) });

/** Cancel a job and delete all that is kept of it. @param {string} id @returns {Promise<void>} */
export const eraseJob = (id) => send('DELETE', `/jobs/${id}?erase=true`, {});

/** The records of corrected entities. @param {Doc} doc @param {Content} found */
export const extractRecords = (doc, found) => send('POST', '/records', { body: JSON.stringify(corrected(doc, found)), type: JSON_TYPE });

/** Corrected documents as a file. @param {string} format @param {Doc[]} docs @returns {Promise<Blob>} */
export const exportFile = (format, docs) =>
  send('POST', '/export', { body: JSON.stringify({ format, documents: docs.map((doc) => corrected(doc)) }), type: JSON_TYPE, blob: true });

/** Keep a corrected document to train on. @param {Doc} doc @returns {Promise<{name: string, state: string}>} */
export const keepForTraining = (doc) => send('POST', '/training-data', { body: JSON.stringify(corrected(doc)), type: JSON_TYPE });

/** A document as POST /records takes it. @param {Doc} doc @param {Content | null} found */
function corrected(doc, found = doc.present) {
  const entities = (found?.entities ?? []).map(({ id, label, start, end, value, confidence }) =>
    value ? { id, label, start, end, value, confidence } : { id, label, start, end, confidence });
  const id = [...doc.name].slice(0, 200).join('');
  return { id, text: doc.text, date: doc.date, offsets: 'utf16', entities, links: found?.links ?? [], duties: found?.duties ?? {} };
}

/**
 * Send a request; when the service is busy wait as long as it says, when it wants a key ask for one.
 * @param {string} method @param {string} path @param {Sent} sent
 * @returns {Promise<any>}
 */
async function send(method, path, sent) {
  for (let attempt = 1; ; attempt++) {
    const key = storedKey();
    try {
      return await once(method, path, sent);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // another request may have been given one in the meantime
      if (error.status === 401 && (storedKey() !== key || (await askForKey(key !== null)))) continue;
      if (![429, 503].includes(error.status) || attempt === MOST_TRIES) throw error;
      sent.waiting?.(error.retryAfter);
      await new Promise((resolve) => setTimeout(resolve, 1000 * Math.max(1, error.retryAfter)));
      if (sent.signal?.aborted) throw new DOMException('', 'AbortError');
    }
  }
}

/** XMLHttpRequest and not fetch, which cannot tell how much was sent. @type {(method: string, path: string, sent: Sent) => Promise<any>} */
function once(method, path, { body = null, type = null, accept = null, blob = false, stream = null, signal, sent }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    if (type) request.setRequestHeader('Content-Type', type);
    if (accept) request.setRequestHeader('Accept', accept);
    const key = storedKey();
    if (key) request.setRequestHeader('Authorization', `Bearer ${key}`);
    request.responseType = blob ? 'blob' : 'text';
    if (sent) request.upload.onprogress = (event) => event.lengthComputable && sent(event.loaded / event.total);
    const good = () => request.status >= 200 && request.status < 300;
    const take = stream?.();
    let taken = 0;
    const more = () => {
      if (!take || !good()) return;
      const text = request.responseText;
      take(text.slice(taken));
      taken = text.length;
    };
    request.onprogress = more;
    request.onerror = () => reject(new Problem(0, null));
    request.onabort = () => reject(new DOMException('', 'AbortError'));
    signal?.addEventListener('abort', () => request.abort());
    request.onload = async () => {
      if (good()) {
        more();
        if (take || request.status === 204) return resolve(null);
        if (blob) return resolve(request.response);
      }
      const value = parsed(blob ? await request.response.text() : request.responseText);
      if (good() && value) return resolve(value);
      reject(new Problem(request.status, value, Number(request.getResponseHeader('Retry-After')) || 0));
    };
    request.send(body);
  });
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const storedKey = () => sessionStorage.getItem(KEY);
/** Remember the key until the tab is closed. @param {string} key */
export const rememberKey = (key) => sessionStorage.setItem(KEY, key);
