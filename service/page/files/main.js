/** Where the page begins. */

import * as documents from './documents.js';
import { byId } from './dom.js';
import * as exporting from './export.js';
import { switchLanguage, t, translate } from './i18n.js';
import { resume } from './job.js';
import * as keyboard from './keyboard.js';
import * as overview from './overview.js';
import * as start from './start.js';
import { changed, on, show, state } from './store.js';
import * as work from './work.js';

translate();
start.setUp();
documents.setUp();
work.setUp();
overview.setUp();
keyboard.setUp();

const today = byId('today');
today.value = state.today;
today.addEventListener('change', () => {
  if (!today.validity.valid) return;
  state.today = today.value;
  changed('today');
});
byId('language').addEventListener('click', switchLanguage);
byId('brand').addEventListener('click', () => show('start'));
for (const button of byId('views').children) button.addEventListener('click', () => show(button.dataset.view));

on('view documents', () => {
  for (const view of ['start', 'work', 'overview']) byId(view).hidden = view !== state.view;
  document.body.dataset.view = state.view;
  for (const button of byId('views').children) {
    button.setAttribute('aria-current', button.dataset.view === state.view ? 'page' : 'false');
    button.disabled = button.dataset.view !== 'start' && state.documents.length === 0;
  }
});
addEventListener('beforeunload', (event) => {
  if (state.documents.some((doc) => doc.present !== doc.saved)) event.preventDefault();
});
on('language', () => { document.title = t('title'); });
changed('view documents current language');
exporting.setUp();
resume();
