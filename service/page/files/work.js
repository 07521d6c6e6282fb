/** The view of one document: its tools, the text on the left, the ledger on the right. */

import { canRedo, canUndo, redo, undo } from './corrections.js';
import * as dock from './span-dock.js';
import * as documentDate from './document-date.js';
import * as documentView from './document-view.js';
import { byId, h, keepingFocus } from './dom.js';
import { exportMenu, hasSeveral, savesForTraining } from './export.js';
import * as filters from './filters.js';
import { t } from './i18n.js';
import { KINDS, UNSURE, kindOf } from './labels.js';
import * as ledger from './ledger.js';
import * as card from './record-card.js';
import { rowsOf, statusOf } from './rows.js';
import { said } from './said.js';
import { changed, choose, content, current, isUnderway, on, state } from './store.js';

/** Put the view together. */
export function setUp() {
  const tools = h('div.tools');
  const date = documentDate.setUp();
  const open = (/** @type {Row} */ row) => {
    const id = row.record.number ?? row.record.target;
    choose(id, row.key);
    if (id) documentView.reveal(id);
  };
  const empty = h('h1.empty');
  const panes = h('div.panes', null,
    h('section.pane.text-pane', null, legend(), documentView.setUp(), dock.setUp()),
    h('section.pane.ledger-pane', null, summary(), filters.setUp(), ledger.setUp(open), card.setUp()));
  byId('work').append(tools, empty, panes);

  let drawn = '';
  on('current content language documents', () => {
    panes.hidden = tools.hidden = !current();
    empty.hidden = Boolean(current());
    empty.textContent = t(!state.documents.length ? 'work.empty' : state.documents.some(isUnderway) ? 'work.reading' : 'work.failed');
    if (!current()) return;
    panes.children[0].setAttribute('aria-label', t('work.text'));
    panes.children[1].setAttribute('aria-label', t('work.ledger'));
    // an open menu stays as it is while other documents are being read
    const now = toolbarState();
    if (now !== drawn) keepingFocus(tools, () => tools.replaceChildren(...toolbar(date)));
    drawn = now;
  });
}

/** What the toolbar depends on. */
const toolbarState = () => JSON.stringify([
  state.current, canUndo(), canRedo(), document.documentElement.lang, savesForTraining(), hasSeveral(),
]);

/** @param {HTMLElement} date */
function toolbar(date) {
  const doc = current();
  return [
    h('h1', { title: doc?.name, lang: 'zh-CN' }, doc?.name),
    doc?.warnings.length ? h('details.warnings', null, h('summary', null, t('work.warnings', { count: doc.warnings.length })), h('ul', null, doc.warnings.map((warning) => h('li', null, said(warning))))) : '',
    date,
    h('div.tool-end', null,
      h('button', { type: 'button', 'data-focus': 'undo', disabled: !canUndo(), 'aria-keyshortcuts': 'Control+Z', onclick: undo }, t('undo')),
      h('button', { type: 'button', 'data-focus': 'redo', disabled: !canRedo(), 'aria-keyshortcuts': 'Control+Y', onclick: redo }, t('redo')),
      exportMenu()),
  ];
}

/** The kinds of spans with their counts; a click shows or hides one. */
function legend() {
  const keys = KINDS.map(({ kind }) => {
    const name = h('span'), count = h('span.count');
    const key = h(`button.key.k-${kind}`, { type: 'button', 'data-focus': `legend-${kind}`, onclick: () => {
      if (!state.hidden.delete(kind)) state.hidden.add(kind);
      changed('filter');
    } }, h('span.swatch', { 'aria-hidden': 'true' }), name, count);
    return { kind, key, name, count };
  });
  const note = h('span.legend-note');
  const root = h('div.legend', { role: 'group' }, keys.map(({ key }) => key), note);
  on('current content language filter', () => {
    root.setAttribute('aria-label', t('legend'));
    note.textContent = t('legend.unsure', { share: UNSURE * 100 });
    const kinds = (content()?.entities ?? []).map(kindOf);
    for (const { kind, key, name, count } of keys) {
      key.setAttribute('aria-pressed', String(!state.hidden.has(kind)));
      key.title = t('legend.toggle');
      name.textContent = t(`kind.${kind}`);
      count.textContent = String(kinds.filter((one) => one === kind).length);
    }
  });
  return root;
}

/** The numbers above the ledger; a click filters by them. */
function summary() {
  const title = h('h2'), shown = h('span.muted', { role: 'status' });
  const badges = ['overdue', 'soon', 'done'].map((status) => ({ status,
    badge: h(`button.badge.${status}`, { type: 'button', 'data-focus': `badge-${status}`, onclick: () => filters.setFilter({ status }) }) }));
  on('current content language today shown', () => {
    const found = content();
    const rows = found ? rowsOf(found) : [];
    title.textContent = t('work.ledger');
    shown.textContent = t('work.rows', { shown: ledger.shownRows().length, all: rows.length });
    for (const { status, badge } of badges) {
      const count = rows.filter((row) => statusOf(row, state.today) === status).length;
      badge.textContent = `${t(`status.${status}`)} ${count}`;
      badge.hidden = count === 0;
    }
  });
  return h('div.summary', null, title, shown, badges.map(({ badge }) => badge));
}
