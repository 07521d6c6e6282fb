/** The first view: paste a text, drop files. */

import { byId } from './dom.js';
import { t } from './i18n.js';
import { notice } from './notices.js';
import { mayRead, readFiles, readText } from './reading.js';
import { setCurrent, show } from './store.js';
import { SAMPLE } from './sample.js';

/** Make it work; files can be dropped anywhere on the page. */
export function setUp() {
  const paste = byId('paste');
  byId('start-form').addEventListener('submit', async (/** @type {Event} */ event) => {
    event.preventDefault();
    const text = paste.value;
    if (!text.trim()) {
      notice(t('start.empty'), 'error');
      return paste.focus();
    }
    if (!(await mayRead(text))) return paste.focus();
    open((date) => readText(text, date));
    paste.value = '';
  });
  paste.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) byId('start-form').requestSubmit();
  });
  byId('sample').addEventListener('click', () => {
    paste.value = SAMPLE.text;
    byId('date').value = SAMPLE.date;
    paste.focus();
  });
  byId('files').addEventListener('change', () => {
    const files = [...byId('files').files];
    byId('files').value = '';
    if (files.length) open((date) => readFiles(files, date));
  });
  const drop = byId('drop');
  let inside = 0;
  const carries = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files');
  document.addEventListener('dragenter', (event) => { if (carries(event)) { inside++; drop.classList.add('over'); } });
  document.addEventListener('dragleave', (event) => { if (carries(event) && --inside <= 0) drop.classList.remove('over'); });
  document.addEventListener('dragover', (event) => { if (carries(event)) event.preventDefault(); });
  document.addEventListener('drop', (event) => {
    inside = 0;
    drop.classList.remove('over');
    if (!carries(event)) return;
    event.preventDefault();
    open((date) => readFiles([...(event.dataTransfer?.files ?? [])], date));
  });
}

/** Read on, and show what comes as soon as it is there. @param {(date: string | null) => void} read */
function open(read) {
  const date = byId('date');
  setCurrent(null);
  read(date.value || null);
  // the next document has a date of its own
  date.value = '';
  show('work');
}
