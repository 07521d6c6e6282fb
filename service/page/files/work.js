/** The view of one document: its tools, the text on the left, the ledger on the right. */

import { canRedo, canUndo, redo, undo } from './corrections.js';
import * as dock from './span-dock.js';
import * as documentView from './document-view.js';
import { byId, h, keepingFocus } from './dom.js';
import { exportMenu, savesForTraining } from './export.js';
import * as filters from './filters.js';
import { t } from './i18n.js';
import { KINDS, UNSURE, kindOf } from './labels.js';
import * as ledger from './ledger.js';
import * as card from './record-card.js';
import { rowsOf, statusOf } from './rows.js';
import { said } from './said.js';
import { changed, choose, content, current, on, state } from './store.js';

/** Put the view together. */
export function setUp() {
  const tools = h('div.tools');
  const legend = h('div.legend', { role: 'group' });
  const summary = h('div.summary');
  const open = (/** @type {Row} */ row) => {
    const id = row.record.number ?? row.record.target;
    choose(id, row.key);
    if (id) documentView.reveal(id);
  };
  const empty = h('p.empty');
  const panes = h('div.panes', null,
    h('section.pane.text-pane', null, legend, documentView.setUp(), dock.setUp()),
    h('section.pane.ledger-pane', null, summary, filters.setUp(), ledger.setUp(open), card.setUp()));
  byId('work').append(tools, empty, panes);

  let drawn = '';
  const all = () => {
    panes.hidden = tools.hidden = !current();
    empty.hidden = Boolean(current());
    empty.textContent = t(!state.documents.length ? 'work.empty' : state.documents.every((doc) => doc.status === 'failed') ? 'work.failed' : 'work.reading');
    if (!current()) return;
    panes.children[0].setAttribute('aria-label', t('work.text'));
    panes.children[1].setAttribute('aria-label', t('work.ledger'));
    // an open menu stays as it is while other documents are being read
    const now = toolbarState();
    if (now !== drawn) keepingFocus(tools, () => tools.replaceChildren(...toolbar()));
    drawn = now;
    keepingFocus(legend, () => legend.replaceChildren(...legendButtons(legend)));
    summary.replaceChildren(...overview());
  };
  on('current content language documents filter today shown', all);
}

/** What the toolbar depends on. */
const toolbarState = () => JSON.stringify([
  state.current, canUndo(), canRedo(), document.documentElement.lang, savesForTraining(), state.documents.filter((doc) => doc.status === 'ready').length,
]);

function toolbar() {
  const doc = current();
  return [
    h('h1', { title: doc?.name, lang: 'zh-CN' }, doc?.name),
    doc?.warnings.length ? h('details.warnings', null, h('summary', null, t('work.warnings', { count: doc.warnings.length })), h('ul', null, doc.warnings.map((warning) => h('li', null, said(warning))))) : '',
    h('div.tool-end', null,
      h('button', { type: 'button', 'data-focus': 'undo', disabled: !canUndo(), 'aria-keyshortcuts': 'Control+Z', onclick: undo }, t('undo')),
      h('button', { type: 'button', 'data-focus': 'redo', disabled: !canRedo(), 'aria-keyshortcuts': 'Control+Y', onclick: redo }, t('redo')),
      exportMenu()),
  ];
}

/** @param {HTMLElement} legend */
function legendButtons(legend) {
  legend.setAttribute('aria-label', t('legend'));
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const entity of content()?.entities ?? []) counts.set(kindOf(entity), (counts.get(kindOf(entity)) ?? 0) + 1);
  return [...KINDS.map(({ kind }) => h(`button.key.k-${kind}`, {
    type: 'button', 'data-focus': `legend-${kind}`, 'aria-pressed': String(!state.hidden.has(kind)), title: t('legend.toggle'),
    onclick: () => {
      if (!state.hidden.delete(kind)) state.hidden.add(kind);
      changed('filter');
    },
  }, h('span.swatch', { 'aria-hidden': 'true' }), t(`kind.${kind}`), h('span.count', null, String(counts.get(kind) ?? 0)))),
  h('span.legend-note', null, t('legend.unsure', { share: UNSURE * 100 }))];
}

/** The numbers above the ledger; a click filters by them. */
function overview() {
  const found = content();
  const rows = found ? rowsOf(found) : [];
  const count = (/** @type {string} */ status) => rows.filter((row) => statusOf(row, state.today) === status).length;
  return [
    h('h2', null, t('work.ledger')),
    h('span.muted', { role: 'status' }, t('work.rows', { shown: ledger.shownRows().length, all: rows.length })),
    ...['overdue', 'soon', 'done'].filter((status) => count(status)).map((status) =>
      h(`button.badge.${status}`, { type: 'button', onclick: () => filters.setFilter({ status }) }, `${t(`status.${status}`)} ${count(status)}`)),
  ];
}
