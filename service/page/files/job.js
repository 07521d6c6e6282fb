/**
 * Several files as one job of the service: sent together, and filled in as their results come. The job goes on while the
 * page is loaded anew, which finds it again. When all has come, or is not wanted any more, it is erased.
 */

import { Problem, eraseJob, followJob, jobResults, startJob } from './api.js';
import { t } from './i18n.js';
import { notice, problemText } from './notices.js';
import { addDocument, changed, failDocument, fillDocument, show } from './store.js';

/** Where the ids of jobs and the names of their files are kept until the tab is closed. */
const KEPT = 'mubiao-jobs';
const PAUSE = 2000;
const MOST_TRIES = 30;

/** @type {Set<Job>} */
const jobs = new Set();

/** Send files as a job and wait for it. @param {Sending[]} sending @param {string | null} date */
export async function readAsJob(sending, date) {
  // the results come in the order of the documents: with the short ones first, none waits for a long one
  const sorted = [...sending].sort((a, b) => a.file.size - b.file.size);
  for (const { doc, alone } of sorted) doc.again = alone;
  const job = made(sorted.map(({ doc }) => doc), date);
  try {
    const told = await startJob(sorted.map(({ file }) => file), date, {
      signal: job.abort.signal,
      sent: (share) => { job.note = share < 1 ? t('reading.sending', { share: Math.floor(100 * share) }) : ''; changed('progress'); },
      waiting: (seconds) => { job.note = t('reading.busy', { seconds }); changed('progress'); },
    });
    job.id = told.id;
    keep();
    if (job.abort.signal.aborted) return end(job);
    await follow(job);
  } catch (error) {
    fail(job, error);
  }
}

/** Go on with the jobs that were running when the page was loaded anew. */
export function resume() {
  /** @type {{id: string, names: string[], date: string | null}[]} */
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? '[]');
  if (!kept.length) return;
  notice(t('job.found'));
  for (const { id, names, date } of kept) {
    const job = made(names.map((name) => addDocument(name, { date })), date);
    job.id = id;
    follow(job).catch((error) => fail(job, error));
  }
  show('work');
}

/** The jobs that run: how many documents of theirs are done ahead of those whose results have come, and what there is to say. */
export function running() {
  const told = [...jobs];
  return {
    ahead: told.reduce((sum, job) => sum + Math.max(0, (job.told?.done ?? 0) - job.received), 0),
    notes: told.map((job) => job.note).filter(Boolean),
  };
}

/** @type {(docs: Doc[], date: string | null) => Job} */
function made(docs, date) {
  /** @type {Job} */
  const job = { id: null, docs, date, received: 0, told: null, note: '', abort: new AbortController() };
  for (const doc of docs) doc.stop = () => leave(job, doc);
  jobs.add(job);
  return job;
}

/** Wait for the results; through interruptions, for the job goes on without anybody waiting. @param {Job} job */
async function follow(job) {
  const id = /** @type {string} */ (job.id);
  for (let tries = 1; !['done', 'cancelled'].includes(job.told?.state ?? ''); tries++) {
    const watch = { signal: job.abort.signal };
    const before = job.received;
    try {
      await Promise.all([
        followJob(id, watch, (told) => { job.told = told; job.note = noteOf(told); changed('progress'); }),
        jobResults(id, job.received, watch, (result) => put(job, result)),
      ]);
    } catch (error) {
      job.abort.abort();
      if (!(error instanceof Problem) || ![0, 503].includes(error.status) || tries === MOST_TRIES) throw error;
      if (job.received > before) tries = 1;
      Object.assign(job, { abort: new AbortController(), told: null, note: t('job.lost') });
      changed('progress');
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      if (!jobs.has(job)) return;
    }
  }
  for (const doc of unfinished(job)) failDocument(doc, () => t('job.cancelled'), doc.again);
  await end(job);
}

/** @param {JobTold} told */
const noteOf = ({ state, seconds_left: left }) =>
  (state === 'queued' ? t('job.queued') : left !== null && left > 2 ? t('reading.left', { seconds: Math.ceil(left) }) : '');

/** @param {Job} job @param {any} result after a line of GET /jobs/{id}/results */
function put(job, result) {
  const doc = job.docs[job.received++];
  if (!doc.stop) return;
  const { error } = result;
  if (error) failDocument(doc, () => problemText(new Problem(error.status, error)), error.status === 500 ? doc.again : null);
  else fillDocument(doc, result.document.text, result);
}

/** A document is not wanted any more; the job neither if that was its last. @param {Job} job @param {Doc} doc */
function leave(job, doc) {
  doc.stop = null;
  if (unfinished(job).length) return;
  job.abort.abort();
  end(job);
}

/** @param {Job} job @param {unknown} error */
function fail(job, error) {
  if (error instanceof DOMException) return;
  const gone = error instanceof Problem && error.status === 404;
  for (const doc of unfinished(job)) failDocument(doc, () => (gone ? t('job.gone') : problemText(error)), doc.again);
  end(job);
}

/** The documents that are still waited for. @param {Job} job */
const unfinished = (job) => job.docs.slice(job.received).filter((doc) => doc.stop);

/** @param {Job} job */
async function end(job) {
  jobs.delete(job);
  keep();
  changed('documents');
  if (job.id) await eraseJob(job.id).catch(() => {});
}

function keep() {
  const kept = [...jobs].filter((job) => job.id).map(({ id, docs, date }) => ({ id, names: docs.map((doc) => doc.name), date }));
  sessionStorage.setItem(KEPT, JSON.stringify(kept));
}
