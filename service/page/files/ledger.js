/**
 * The ledger: one row a record, sortable. Only the rows in sight are in the page, and those that keys need: the chosen one and
 * the one with the focus; all of them when it is printed.
 */

import { h, keepingFocus } from './dom.js';
import { passing } from './filters.js';
import { t } from './i18n.js';
import { UNSURE } from './labels.js';
import { isDone, rowsOf, statusOf } from './rows.js';
import { changed, choose, content, current, on, state } from './store.js';

/** Height of a row in pixels; ledger.css has the same. */
const ROW = 46;
const BEYOND = 8;

/** @type {{key: string, sort: (row: Row) => any}[]} */
const COLUMNS = [
  { key: 'index', sort: (row) => row.index },
  { key: 'target', sort: (row) => row.target },
  { key: 'metric', sort: (row) => row.metric },
  { key: 'value', sort: (row) => (row.sort === null ? null : Number(row.sort)) },
  { key: 'unit', sort: (row) => row.unit },
  { key: 'progress', sort: (row) => row.ratio },
  { key: 'due', sort: (row) => row.due },
  { key: 'departments', sort: (row) => row.departments.map((d) => d.name).join() },
  { key: 'confidence', sort: (row) => row.confidence },
];
const collator = new Intl.Collator('zh-CN', { numeric: true });

let order = { key: 'index', down: false };
/** @type {Row[]} */
let rows = [];
/** @type {HTMLElement} */
let frame;
/** @type {HTMLElement} */
let body;
/** @type {HTMLElement} */
let head;
/** @type {HTMLElement} */
let table;
let all = false;

/** Make the table. @param {(row: Row) => void} onopen what Enter and a click do @returns {HTMLElement} */
export function setUp(onopen) {
  head = h('thead');
  body = h('tbody');
  table = h('table.ledger', { role: 'grid' }, head, body);
  frame = h('div.ledger-frame', null, table);
  frame.addEventListener('scroll', () => requestAnimationFrame(drawRows));
  new ResizeObserver(() => { reveal(); drawRows(); }).observe(frame);
  body.addEventListener('click', (event) => {
    const row = rows[indexOf(event.target)];
    if (row) { onopen(row); focusRow(rows.indexOf(row)); }
  });
  body.addEventListener('keydown', (event) => {
    const at = indexOf(event.target);
    const page = Math.max(1, Math.floor(frame.clientHeight / ROW) - 2);
    const to = /** @type {Record<string, number>} */ ({
      ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: rows.length - 1,
    })[event.key];
    if (to !== undefined) moveTo(Math.min(Math.max(to, 0), rows.length - 1));
    else if (event.key === 'Enter') onopen(rows[at]);
    else return;
    event.preventDefault();
  });
  on('content rows today language', drawAll);
  on('current', () => { order = { key: 'index', down: false }; frame.scrollTop = 0; drawAll(); });
  on('selection', () => { reveal(); drawRows(); });
  addEventListener('beforeprint', () => { all = true; drawRows(); });
  addEventListener('afterprint', () => { all = false; drawRows(); });
  return frame;
}

/** Choose the row below or above the chosen one. @param {1 | -1} step */
export function stepRow(step) {
  const at = rows.findIndex((row) => row.key === state.record);
  moveTo(Math.min(Math.max(at < 0 ? 0 : at + step, 0), rows.length - 1));
}

/** The rows that are shown, in their order. */
export const shownRows = () => rows;

/** @param {number} index */
function moveTo(index) {
  const row = rows[index];
  if (!row) return;
  choose(row.record.number ?? row.record.target, row.key);
  focusRow(index);
}

/** @param {number} index */
function focusRow(index) {
  /** @type {HTMLElement | null} */ (body.querySelector(`[data-index="${index}"]`))?.focus({ preventScroll: true });
}

/** @param {EventTarget | null} target */
const indexOf = (target) => Number(/** @type {HTMLElement | null} */ (target instanceof Element ? target.closest('[data-index]') : null)?.dataset.index ?? NaN);

function drawAll() {
  const found = content();
  const every = found ? rowsOf(found) : [];
  rows = passing(every);
  const column = COLUMNS.find((held) => held.key === order.key) ?? COLUMNS[0];
  rows.sort((a, b) => {
    const [x, y] = [column.sort(a), column.sort(b)];
    if (x === y) return a.index - b.index;
    // what is missing comes last either way
    if (x === null || x === '') return 1;
    if (y === null || y === '') return -1;
    return (order.down ? -1 : 1) * (typeof x === 'number' ? x - y : collator.compare(x, y));
  });
  table.setAttribute('aria-label', t('ledger.of', { shown: rows.length, all: every.length }));
  table.setAttribute('aria-rowcount', String(rows.length + 1));
  drawHead();
  drawRows();
  changed('shown');
}

function drawHead() {
  const held = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.sort;
  head.replaceChildren(h('tr', { 'aria-rowindex': 1 }, COLUMNS.map(({ key }) =>
    h(`th.c-${key}`, { scope: 'col', 'aria-sort': order.key !== key ? 'none' : order.down ? 'descending' : 'ascending' },
      h('button', { type: 'button', 'data-sort': key, onclick: () => {
        order = { key, down: order.key === key && !order.down };
        drawAll();
      } }, t(`ledger.${key}`), order.key === key && h('span', { 'aria-hidden': 'true' }, order.down ? '↓' : '↑'))))));
  if (held) /** @type {HTMLElement | null} */ (head.querySelector(`[data-sort="${held}"]`))?.focus();
}

/** Scroll so that the chosen row is in sight. */
function reveal() {
  const at = rows.findIndex((row) => row.key === state.record);
  if (at < 0) return;
  const top = at * ROW, bottom = top + ROW, room = frame.clientHeight - ROW;
  if (top < frame.scrollTop) frame.scrollTop = top;
  else if (bottom > frame.scrollTop + room) frame.scrollTop = bottom - room;
}

function drawRows() {
  const first = all ? 0 : Math.max(0, Math.floor(frame.scrollTop / ROW) - BEYOND);
  const last = all ? rows.length : Math.min(rows.length, Math.ceil((frame.scrollTop + (frame.clientHeight || 600)) / ROW) + BEYOND);
  const placeOf = (/** @type {string | null} */ key) => rows.findIndex((row) => row.key === key);
  const reachable = Math.max(0, placeOf(state.record));
  const held = body.contains(document.activeElement) ? placeOf(/** @type {HTMLElement} */ (document.activeElement).dataset.key ?? null) : -1;
  const wanted = new Set([reachable, held].filter((index) => index in rows));
  for (let index = first; index < last; index++) wanted.add(index);
  /** @type {HTMLElement[]} */
  const drawn = [];
  let next = 0;
  for (const index of [...wanted].sort((a, b) => a - b)) {
    if (index > next) drawn.push(space(index - next));
    drawn.push(tr(rows[index], index, index === reachable));
    next = index + 1;
  }
  if (next < rows.length) drawn.push(space(rows.length - next));
  if (!rows.length) drawn.push(h('tr.none', null, h('td', { colspan: COLUMNS.length }, t(none()))));
  keepingFocus(body, () => body.replaceChildren(...drawn));
}

/** Why there is no row. */
const none = () => (content()?.records.length ? 'ledger.none' : current()?.text.trim() ? 'ledger.empty' : 'warning.empty');

/** @param {number} count */
function space(count) {
  const row = h('tr.space', { 'aria-hidden': 'true' }, h('td', { colspan: COLUMNS.length }));
  row.style.height = `${count * ROW}px`;
  return row;
}

/** @type {(row: Row, index: number, reachable: boolean) => HTMLElement} */
function tr(row, index, reachable) {
  const status = statusOf(row, state.today);
  return h(`tr.s-${status}`, {
    'data-index': index, 'data-key': row.key, 'data-focus': row.key, 'aria-rowindex': index + 2, tabindex: reachable ? 0 : -1,
    'aria-selected': String(row.key === state.record),
  },
  h('td.c-index', null, String(row.index)),
  cell('target', row.target),
  cell('metric', row.metric),
  h('td.c-value', null, h('div', null,
    h(`span.tag.${row.planned}`, null, t(`value.${row.planned}`)),
    row.change && h('span.change', null, row.change), ' ',
    row.sign && h('span.sign', null, row.sign), h('b', null, row.value))),
  cell('unit', row.unit),
  h('td.c-progress', null, row.ratio === null ? '' : meter(row)),
  h('td.c-due', null, h('div', { title: row.deadline }, row.due
    ? h('time', { datetime: row.due }, row.due)
    : row.dueReason ? h('span.muted', null, t(`due.${row.dueReason}`)) : row.deadline,
  ['overdue', 'soon'].includes(status) && h(`span.badge.${status}`, null, t(`status.${status}`)))),
  h('td.c-departments', null, h('div', { title: row.departments.map((d) => `${d.name}（${t(`role.${d.role}`)}）`).join('\n') },
    row.departments.map((d, place) => [place > 0 && '、', d.name, d.role !== 'responsible' && h('small', null, t(`role.short.${d.role}`))]))),
  h('td.c-confidence', null, h(`span${row.confidence < UNSURE ? '.low' : ''}`, null, `${Math.round(row.confidence * 100)}%`)));
}

/** @param {string} key @param {string} text */
const cell = (key, text) => h(`td.c-${key}`, null, h('div', { title: text.length > 14 ? text : null }, text));

/** How much of the plan was reported. @param {Row} row */
export function meter(row) {
  const share = row.ratio ?? 0;
  const bar = h('span.fill');
  bar.style.width = `${Math.min(100, Math.max(0, share * 100))}%`;
  const text = `${Math.round(share * 1000) / 10}%`;
  return h(`div.meter${isDone(row) ? '.full' : ''}`, { role: 'img', 'aria-label': t('ledger.reached', { text }) },
    h('span.track', null, bar), h('span.share', null, text));
}
