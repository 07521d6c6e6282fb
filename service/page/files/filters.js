/** What of the ledger is shown: words, department, status, due dates, confidence. */

import { h, keepingFocus } from './dom.js';
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
  draw();
  changed('rows');
}

/** The rows that pass. @param {Row[]} rows */
export function passing(rows) {
  const words = filter.words.trim().toLowerCase();
  return rows.filter((row) =>
    (!words || `${row.target} ${row.metric} ${row.unit} ${row.deadline} ${row.departments.map((d) => d.name).join(' ')}`.toLowerCase().includes(words)) &&
    (!filter.department || row.departments.some((d) => d.name === filter.department)) &&
    (!filter.status || statusOf(row, state.today) === filter.status) &&
    (!filter.from || (row.due !== null && row.due >= filter.from)) &&
    (!filter.to || (row.due !== null && row.due <= filter.to)) &&
    row.confidence <= filter.confidence);
}

/** @type {HTMLElement} */
let root;

/** Make the bar of filters. @returns {HTMLElement} */
export function setUp() {
  root = h('div.filters', { role: 'search', 'aria-label': t('filter.all') });
  on('current', () => setFilter({}));
  on('content language', draw);
  return root;
}

function draw() {
  const found = content();
  const rows = found ? rowsOf(found) : [];
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const row of rows) for (const { name } of row.departments) counts.set(name, (counts.get(name) ?? 0) + 1);
  const departments = [...counts].sort((a, b) => b[1] - a[1]);
  root.setAttribute('aria-label', t('filter.all'));
  keepingFocus(root, () => root.replaceChildren(
    labelled('filter.words', h('input', { type: 'search', id: 'filter-words', value: filter.words, placeholder: t('filter.words'),
      'data-focus': 'words', 'aria-keyshortcuts': '/', oninput: (/** @type {any} */ e) => set('words', e.target.value) }), true),
    labelled('filter.department', h('select', { 'data-focus': 'department', onchange: (/** @type {any} */ e) => set('department', e.target.value) },
      h('option', { value: '' }, t('filter.any.department')),
      departments.map(([name, count]) => h('option', { value: name, selected: name === filter.department }, `${name} (${count})`))), true),
    labelled('filter.status', h('select', { 'data-focus': 'status', onchange: (/** @type {any} */ e) => set('status', e.target.value) },
      h('option', { value: '' }, t('filter.any.status')),
      [...STATUSES, 'reported'].map((status) => h('option', { value: status, selected: status === filter.status }, t(`status.${status}`)))), true),
    h('span.range', null, labelled('filter.from', h('input', { type: 'date', value: filter.from, 'data-focus': 'from', onchange: (/** @type {any} */ e) => set('from', e.target.value) })),
    labelled('filter.to', h('input', { type: 'date', value: filter.to, 'data-focus': 'to', onchange: (/** @type {any} */ e) => set('to', e.target.value) }))),
    labelled('filter.confidence', h('select', { 'data-focus': 'confidence', onchange: (/** @type {any} */ e) => set('confidence', Number(e.target.value)) },
      [1, 0.95, 0.9, 0.8, 0.6].map((most) => h('option', { value: most, selected: most === filter.confidence },
        most === 1 ? t('filter.any.confidence') : t('filter.below', { share: most * 100 })))), true),
    Object.keys(NONE).some((key) => filter[/** @type {keyof Filter} */ (key)] !== NONE[/** @type {keyof Filter} */ (key)]) &&
      h('button.link', { type: 'button', 'data-focus': 'clear', onclick: () => setFilter({}) }, t('filter.clear')) || '',
  ));
}

/** @type {(key: keyof Filter, value: any) => void} */
function set(key, value) {
  const cleared = !root.querySelector('[data-focus="clear"]');
  Object.assign(filter, { [key]: value });
  // typing goes on in the same field: it is drawn anew only where the bar itself changes
  if (key !== 'words' || cleared) {
    const field = root.querySelector('input[type=search]');
    const place = /** @type {any} */ (field)?.selectionStart;
    draw();
    if (key === 'words') /** @type {any} */ (root.querySelector('input[type=search]')).setSelectionRange(place, place);
  }
  changed('rows');
}

/** @param {string} key @param {HTMLElement} field @param {boolean} [hidden] */
const labelled = (key, field, hidden = false) => h('label.inline', null, h(hidden ? 'span.hidden' : 'span', null, t(key)), field);
