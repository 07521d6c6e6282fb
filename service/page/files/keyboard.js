/** The keys that work without a modifier, wherever no field is being filled in; they can be turned off. */

import { attempt, nudge, redo, removeSpan, undo } from './corrections.js';
import { openDialog } from './dialog.js';
import { byId, h, inField, inWords } from './dom.js';
import { step } from './document-view.js';
import { openFinder } from './finder.js';
import { t } from './i18n.js';
import { stepRow } from './ledger.js';
import { chooseKind } from './span-dock.js';
import { choose, current, show, state } from './store.js';

const KEPT = 'mubiao-keys';
const HELP = [
  ['n / p', 'keys.span'], ['j / k', 'keys.row'], ['Enter', 'keys.enter'], ['1 … 7', 'keys.kind'],
  ['[ / ]', 'keys.start'], ['{ / }', 'keys.end'], ['Delete', 'keys.remove'], ['a', 'keys.add'], ['/', 'keys.search'],
  ['Ctrl+Z / Ctrl+Y', 'keys.undo'], ['s / d / o', 'keys.views'], ['Esc', 'keys.escape'], ['?', 'keys.help'],
];

/** Listen. */
export function setUp() {
  document.addEventListener('keydown', (event) => {
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && !event.altKey) {
      // only what is in sight is undone
      if (inWords(event) || state.view !== 'work') return;
      if (key === 'z') (event.shiftKey ? redo : undo)();
      else if (key === 'y') redo();
      else return;
      return event.preventDefault();
    }
    if (inField(event) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || localStorage.getItem(KEPT) === 'off') return;
    if (plain(event.key)) event.preventDefault();
  });
  byId('help-button').addEventListener('click', help);
}

/** What a key does; whether it does anything. @param {string} key @returns {boolean} */
function plain(key) {
  if (key === '?') help();
  else if (key === 's') { show('start'); byId('paste').focus(); }
  else if (key === 'd' && state.documents.length) show('work');
  else if (key === 'o' && state.documents.length) show('overview');
  else if (state.view !== 'work' || !current()) return false;
  else if (key === 'n') step(1);
  else if (key === 'p') step(-1);
  else if (key === 'j') stepRow(1);
  else if (key === 'k') stepRow(-1);
  else if (key === 'a') openFinder();
  else if (key === '/') byId('filter-words')?.focus();
  else if (key === 'Escape') choose(null, null);
  else if (/^[1-7]$/.test(key)) chooseKind(Number(key) - 1);
  else return onSpan(key);
  return true;
}

/** @param {string} key */
function onSpan(key) {
  const id = state.span;
  if (!id) return false;
  if (key === '[' || key === ']') attempt(() => nudge(id, 'start', key === '[' ? -1 : 1));
  else if (key === '{' || key === '}') attempt(() => nudge(id, 'end', key === '{' ? -1 : 1));
  else if (key === 'Delete' || key === 'Backspace') attempt(() => removeSpan(id));
  else return false;
  return true;
}

function help() {
  openDialog(t('help.title'), [
    h('table.keys', null, h('tbody', null, HELP.map(([keys, words]) => h('tr', null, h('th', { scope: 'row' }, h('kbd', null, keys)), h('td', null, t(words)))))),
    h('label.inline', null, h('input', { type: 'checkbox', id: 'keys-on', checked: localStorage.getItem(KEPT) !== 'off',
      onchange: (/** @type {any} */ event) => localStorage.setItem(KEPT, event.target.checked ? 'on' : 'off') }), t('help.keys')),
  ]);
}
