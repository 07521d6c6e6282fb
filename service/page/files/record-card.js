/** The chosen record in full, with what it is linked to; each link can be set by hand. */

import { keyOf } from './content.js';
import { assign, attempt, relink } from './corrections.js';
import { h, keepingFocus } from './dom.js';
import { chooseSpan, textElement } from './document-view.js';
import { t } from './i18n.js';
import { DUTIES, ROLES } from './labels.js';
import { meter } from './ledger.js';
import { openLinker } from './linker.js';
import { rowsOf } from './rows.js';
import { content, current, on, state } from './store.js';

/** @type {HTMLElement} */
let root;

/** Make the card. @returns {HTMLElement} */
export function setUp() {
  root = h('section.record-card', { tabindex: -1 });
  on('content selection language current', draw);
  document.addEventListener('show-record', () => {
    if (!root.hidden) /** @type {HTMLElement} */ (root.querySelector('button, select') ?? root).focus();
  });
  return root;
}

function draw() {
  const found = content();
  const row = found && state.record ? rowsOf(found).find((held) => held.key === state.record) : null;
  root.hidden = !row;
  root.setAttribute('aria-label', t('record.title', { index: row?.index ?? '' }));
  keepingFocus(root, () => root.replaceChildren(...(found && row ? parts(found, row) : [])), textElement());
}

/** @param {Content} found @param {Row} row */
function parts(found, row) {
  const { record } = row;
  return [
    h('header', null, h('h3', null, t('record.title', { index: row.index })),
      found.stale && h('span.muted', { role: 'status' }, t('record.linking')),
      row.ratio !== null && meter(row)),
    h('p.quote', { lang: 'zh-CN' }, quote(row.start)),
    h('dl', null,
      record.number && pair(t('record.number'), [chip(found, record.number),
        h('span.muted', null, [row.change, row.sign, row.value, row.unit].filter(Boolean).join(' ')),
        row.against && h('span.muted', null, t('record.against', { index: row.against }))]),
      ROLES.filter(({ role }) => record.number || role === 'deadline' || role === 'department')
        .map(({ role, label, several }) => pair(t(`record.${role}`), links(found, record, role, /** @type {Label} */ (label), several))),
      notes(record).length > 0 && pair(t('record.notes'), [notes(record).join('；')])),
  ];
}

/** @type {(found: Content, record: Rec, role: string, label: Label, several: boolean) => any[]} */
function links(found, record, role, label, several) {
  const key = keyOf(record);
  const linked = several
    ? record[role === 'deadline' ? 'deadlines' : 'departments']
    : [record[/** @type {'target' | 'metric' | 'unit'} */ (role)]].filter((id) => id !== null);
  const ids = /** @type {string[]} */ (linked);
  const set = (/** @type {string[]} */ targets) => attempt(() => relink(key, role, targets));
  const hasOwn = record.number || several;
  return [
    ...ids.map((id) => h('span.linked', null, chip(found, id),
      part(found, record, id),
      hasOwn && h('button.icon', { type: 'button', 'data-focus': `cut-${role}-${id}`, 'aria-label': t('record.cut', { text: found.byId.get(id)?.text ?? '' }),
        onclick: () => set(ids.filter((held) => held !== id)) }, '×'))),
    hasOwn && h('button.link', { type: 'button', 'data-focus': `link-${role}`, 'aria-haspopup': 'dialog',
      onclick: () => openLinker(t('record.link', { role: t(`record.${role}`) }), others(found, key, label, ids), (id) => set(several ? [...ids, id] : [id])) },
    t(several || !ids.length ? 'record.add' : 'record.change'), h('span.hidden', null, ` ${t(`record.${role}`)}`)),
  ];
}

/** What a record could be linked to instead: its label's spans, the nearest first, the same words once. @type {(found: Content, key: string, label: Label, ids: string[]) => Entity[]} */
function others(found, key, label, ids) {
  const near = found.byId.get(key)?.start ?? 0;
  const taken = new Set(ids.map((id) => found.byId.get(id)?.text));
  return found.entities
    .filter((entity) => entity.label === label)
    .sort((a, b) => Math.abs(a.start - near) - Math.abs(b.start - near))
    .filter(({ text }) => !taken.has(text) && taken.add(text));
}

/** What an entity is in a record: a department's duty, which can be changed; a deadline's dates. @param {Content} found @param {Rec} record @param {string} id */
function part(found, record, id) {
  const assigned = record.assigned.find((held) => held.department === id);
  const due = record.dues.find((held) => held.deadline === id);
  if (assigned) {
    const duty = found.duties[id] ?? assigned.role;
    return h('select.duty', { 'data-focus': `duty-${id}`, 'aria-label': t('record.duty', { name: assigned.name }),
      onchange: (/** @type {any} */ event) => assign(id, event.target.value) },
    DUTIES.map((one) => h('option', { value: one, selected: one === duty }, t(`role.${one}`))));
  }
  if (due?.to) return h('small', null, due.from ? `${due.from} – ${due.to}` : due.to);
  return null;
}

/** @param {Rec} record */
function notes(record) {
  return [
    record.quantity?.reason && t(`number.${record.quantity.reason}`),
    record.due?.reason && t(`due.${record.due.reason}`),
    record.due?.anchor && t('record.anchor', { date: record.due.anchor.date }),
  ].filter(Boolean);
}

/** @param {Content} found @param {string} id */
function chip(found, id) {
  const entity = found.byId.get(id);
  const kind = entity?.label === 'NUMBER' ? (entity.value === 'actual' ? 'REPORTED' : 'PLANNED') : entity?.label;
  return h(`button.chip.k-${kind}`, { type: 'button', 'data-focus': `chip-${id}`, onclick: () => chooseSpan(id) }, entity?.text ?? id);
}

/** The line that an offset stands in, cut around it. @param {number} at */
function quote(at) {
  const text = current()?.text ?? '';
  const from = Math.max(text.lastIndexOf('\n', at - 1) + 1, at - 90);
  const stop = text.indexOf('\n', at);
  const to = Math.min(stop < 0 ? text.length : stop, at + 110);
  return (from > 0 && text[from - 1] !== '\n' ? '…' : '') + text.slice(from, to).trim() + (to < text.length && text[to] !== '\n' ? '…' : '');
}

/** @param {string} term @param {any[]} children */
const pair = (term, children) => [h('dt', null, term), h('dd', null, children)];
