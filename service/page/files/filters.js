/** What of the ledger is shown: words, department, status, due dates, confidence. */

import { h } from './dom.js';
import { t } from './i18n.js';
import { rowsOf, statusOf, STATUSES } from './rows.js';
import { changed, content, on, state } from './store.js';

/** @type {Filter} */
const NONE = { words: '', department: '', status: '', from: '', to: '', confidence: 1 };
/** @type {Filter} */
export const filter = { ...NONE };

/** Set parts of the filter, the others as if nothing were filtered. @param {Partial<Filter>} parts */
export function setFilter(parts) {
  Object.assign(filter, NONE, parts);
  for (const [key, field] of fields) if (!(key in OPTIONS)) field.value = String(filter[key]);
  draw();
  changed('rows');
}

/** The rows that pass. @param {Row[]} rows */
export function passing(rows) {
  const words = filter.words.trim().toLowerCase();
  return rows.filter((row) =>
    (!words || wordsOf(row).includes(words)) &&
    (!filter.department || row.departments.some((d) => d.name === filter.department)) &&
    (!filter.status || (filter.status === 'goal' ? row.goal : statusOf(row, state.today) === filter.status)) &&
    (!filter.from || (row.due !== null && row.due >= filter.from)) &&
    (!filter.to || (row.due !== null && row.due <= filter.to)) &&
    row.confidence <= filter.confidence);
}

/** All that a row can be found by: its numbers as they are shown (1,250) and as they are typed (1250). @param {Row} row */
const wordsOf = (row) => [
  row.target, row.metric, row.change, row.sign + row.value, row.sort, row.unit, row.deadline, row.due, ...row.departments.map((d) => d.name),
].join(' ').toLowerCase();

/** What can be chosen of a filter, and its words. @type {Record<string, () => [any, string][]>} */
const OPTIONS = {
  department: () => {
    const found = content();
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const row of found ? rowsOf(found) : []) for (const { name } of row.departments) counts.set(name, (counts.get(name) ?? 0) + 1);
    // one that is filtered by stays, though a correction has taken its last row
    if (filter.department && !counts.has(filter.department)) counts.set(filter.department, 0);
    const sorted = [...counts].sort((a, b) => b[1] - a[1]);
    return [['', t('filter.any.department')], ...sorted.map(([name, count]) => /** @type {[any, string]} */ ([name, `${name} (${count})`]))];
  },
  status: () => [['', t('filter.any.status')], ...[...STATUSES, 'goal', 'reported'].map((status) => /** @type {[any, string]} */ ([status, t(`status.${status}`)]))],
  confidence: () => [1, 0.95, 0.9, 0.8, 0.6].map((most) => [most, most === 1 ? t('filter.any.confidence') : t('filter.below', { share: most * 100 })]),
};

/** The fields, made once: one that is made anew loses what is being typed. @type {Map<keyof Filter, any>} */
const fields = new Map();
/** @type {HTMLElement} */
let root;
/** @type {HTMLElement} */
let clear;

/** Make the bar of filters. @returns {HTMLElement} */
export function setUp() {
  const select = (/** @type {keyof Filter} */ key) => make(key, h('select', { onchange: take(key) }), true);
  // a year is not whole before its fourth digit
  const date = (/** @type {keyof Filter} */ key) => make(key, h('input', { type: 'date', min: '1900-01-01', max: '2099-12-31', onchange: take(key) }));
  clear = h('button.link', { type: 'button', 'data-focus': 'clear', onclick: () => { setFilter({}); fields.get('words').focus(); } });
  root = h('div.filters', { role: 'search' },
    make('words', h('input', { type: 'search', id: 'filter-words', 'aria-keyshortcuts': '/', oninput: take('words') }), true),
    select('department'), select('status'), h('span.range', null, date('from'), date('to')), select('confidence'), clear);
  on('current', () => setFilter({}));
  on('content language', draw);
  return root;
}

/** A field with its label. @param {keyof Filter} key @param {HTMLElement} field @param {boolean} [hidden] whether the label is only read aloud */
function make(key, field, hidden = false) {
  fields.set(key, field);
  field.dataset.focus = key;
  return h('label.inline', null, h(hidden ? 'span.hidden' : 'span'), field);
}

/** What a field does that is changed. @param {keyof Filter} key */
const take = (key) => () => {
  const field = fields.get(key);
  if (!field.validity.valid) return;
  Object.assign(filter, { [key]: key === 'confidence' ? Number(field.value) : field.value });
  clear.hidden = isOff();
  changed('rows');
};

/** Words and options as they are now. */
function draw() {
  root.setAttribute('aria-label', t('filter.all'));
  for (const [key, field] of fields) {
    field.previousSibling.textContent = t(`filter.${key}`);
    if (OPTIONS[key]) field.replaceChildren(...OPTIONS[key]().map(([value, words]) => h('option', { value, selected: value === filter[key] }, words)));
  }
  fields.get('words').placeholder = t('filter.words');
  clear.textContent = t('filter.clear');
  clear.hidden = isOff();
}

/** Whether nothing is filtered. */
const isOff = () => Object.entries(NONE).every(([key, value]) => filter[/** @type {keyof Filter} */ (key)] === value);
