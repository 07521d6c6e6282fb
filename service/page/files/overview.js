/** Goals of one document or of all: how they stand, by department, by the month they are due. */

import { lying, standing } from './charts.js';
import { byId, h, keepingFocus } from './dom.js';
import { reveal } from './document-view.js';
import { setFilter } from './filters.js';
import { t } from './i18n.js';
import { STATUSES, daysBetween, rowsOf, statusOf } from './rows.js';
import { choose, current, on, openDocument, state } from './store.js';

const MOST_DEPARTMENTS = 12;
const MOST_LISTED = 50;
let all = true;
/** The key of the bar whose documents are listed. */
let picked = '';

/** The plots whose numbers are open. @type {Set<string>} */
const opened = new Set();

/** Draw it whenever it is shown and something changes; not under a pressed mouse or key, whose click would be lost. */
export function setUp() {
  let pressed = false, waits = false;
  const update = () => {
    waits = pressed;
    if (!pressed && state.view === 'overview') draw();
  };
  const release = () => {
    pressed = false;
    if (waits) setTimeout(update);
  };
  for (const kind of ['pointerdown', 'keydown']) byId('overview').addEventListener(kind, () => { pressed = true; });
  for (const kind of ['pointerup', 'pointercancel', 'keyup']) document.addEventListener(kind, release);
  on('view documents content today language current', update);
}

/** @returns {Goal[]} */
function goals() {
  const doc = current();
  const docs = all || !doc ? state.documents : [doc];
  return docs.flatMap((doc) => (doc.present ? rowsOf(doc.present) : []).filter((row) => row.goal)
    .map((row) => ({ doc, row, status: statusOf(row, state.today) })));
}

function draw() {
  const root = byId('overview');
  const found = goals();
  const bars = { months: months(found), departments: departments(found), statuses: statuses(found) };
  const chosen = Object.values(bars).flat().find((bar) => bar.key === picked);
  keepingFocus(root, () => root.replaceChildren(
    h('header.overview-head', null,
      h('h1', null, t('overview.title')),
      state.documents.filter((doc) => doc.present).length > 1 && h('div.group', { role: 'group', 'aria-label': t('overview.of') },
        [true, false].map((whole) => h('button', { type: 'button', 'data-focus': `of-${whole}`, 'aria-pressed': String(all === whole),
          onclick: () => { all = whole; draw(); } }, t(whole ? 'overview.all' : 'overview.this')))),
      h('p.muted', null, t('overview.on', { date: state.today }))),
    h('ul.tiles', null, tile('all', found.length), STATUSES.map((status) => tile(status, sizeOf(bars.statuses, status)))),
    found.length === 0 ? h('p.empty', null, t('overview.none')) : h('div.plots', null,
      chosen && documentsOf(chosen).length > 1 && places(chosen),
      plot(t('overview.months'), bars.months, standing(t('overview.months'), bars.months, STATUSES, pick, today(bars.months)), 'wide'),
      plot(t('overview.departments'), bars.departments, lying(t('overview.departments'), bars.departments.slice(0, MOST_DEPARTMENTS), STATUSES, pick), '',
        bars.departments.length > MOST_DEPARTMENTS ? t('overview.others', { count: bars.departments.length - MOST_DEPARTMENTS }) : ''),
      h('section.plot', null, h('h2', null, t('overview.status')), h('div.canvas', null, lying(t('overview.status'), bars.statuses, STATUSES, pick))),
      bars.statuses.filter((bar) => ['overdue', 'soon'].includes(bar.filter.status ?? '')).map(list)),
  ));
}

/** @type {(bars: Bar[], status: string) => number} */
const sizeOf = (bars, status) => bars.find((bar) => bar.filter.status === status)?.goals.length ?? 0;

/** @param {string} status @param {number} count */
const tile = (status, count) => h(`li.tile.s-${status}`, null, h('b', null, String(count)), h('span', null, t(status === 'all' ? 'overview.goals' : `status.${status}`)));

/** @param {string} title @param {Bar[]} bars @param {Element} svg @param {string} [width] @param {string} [note] what the plot leaves out */
function plot(title, bars, svg, width = '', note = '') {
  return h(`section.plot${width ? `.${width}` : ''}`, null, h('h2', null, title), legend(), h('div.canvas', { tabindex: 0, role: 'region', 'aria-label': title }, svg),
    note && h('p.small', null, note), numbers(title, bars));
}

const legend = () => h('ul.plot-legend', { 'aria-hidden': 'true' }, STATUSES.map((status) => h(`li.s-${status}`, null, t(`status.${status}`))));

/** The numbers of a plot as a table, for those who would rather read. @param {string} title @param {Bar[]} bars */
function numbers(title, bars) {
  const ontoggle = (/** @type {any} */ event) => (event.target.open ? opened.add(title) : opened.delete(title));
  return h('details.numbers', { open: opened.has(title), ontoggle }, h('summary', { 'data-focus': `numbers-${title}` }, t('overview.numbers')),
    h('table', null, h('caption.hidden', null, title),
      h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('overview.what')), STATUSES.map((status) => h('th', { scope: 'col' }, t(`status.${status}`))))),
      h('tbody', null, bars.map((bar) => h('tr', null, h('th', { scope: 'row' }, bar.full ?? bar.name), STATUSES.map((status) => h('td', null, String(bar.parts[status] ?? 0))))))));
}

/** The bars of goals that are grouped. @param {Goal[]} found @param {(goal: Goal) => string[]} keysOf */
function grouped(found, keysOf) {
  /** @type {Map<string, Goal[]>} */
  const groups = new Map();
  for (const goal of found) {
    for (const key of new Set(keysOf(goal))) {
      const held = groups.get(key);
      if (held) held.push(goal);
      else groups.set(key, [goal]);
    }
  }
  return groups;
}

/** @param {string} key @param {string} full @param {Goal[]} goals @param {Partial<Filter>} filter @param {Partial<Bar>} [more] @returns {Bar} */
function barOf(key, full, goals, filter, more = {}) {
  /** @type {Record<string, number>} */
  const parts = {};
  for (const { status } of goals) parts[status] = (parts[status] ?? 0) + 1;
  const label = `${full}：${STATUSES.filter((status) => parts[status]).map((status) => `${t(`status.${status}`)} ${parts[status]}`).join('，')}`;
  return { key, name: full, full, goals, filter, parts, label, ...more };
}

/** @param {Goal[]} found */
const departments = (found) => [...grouped(found, ({ row }) => row.departments.map((d) => d.name))]
  .map(([name, goals]) => barOf(`department-${name}`, name, goals, { department: name, status: 'goal' }))
  .sort((a, b) => b.goals.length - a.goals.length);

/** @param {Goal[]} found */
const statuses = (found) => STATUSES.map((status) => {
  const goals = found.filter((goal) => goal.status === status);
  return barOf(`status-${status}`, t(`status.${status}`), goals, { status }, { label: `${t(`status.${status}`)} ${goals.length}` });
});

/** The months of last year, this and the next, from the first to the last that is due; of other years one bar each. @param {Goal[]} found */
function months(found) {
  const now = state.today.slice(0, 7), year = Number(now.slice(0, 4));
  const isNear = (/** @type {string} */ day) => Math.abs(Number(day.slice(0, 4)) - year) < 2;
  const groups = grouped(found, ({ row: { due } }) => (due ? [due.slice(0, isNear(due) ? 7 : 4)] : []));
  const near = [...groups.keys(), now].filter((key) => key.length > 4).sort();
  for (let month = near[0]; month < near[near.length - 1]; month = nextMonth(month)) if (!groups.has(month)) groups.set(month, []);
  if (!groups.has(now)) groups.set(now, []);
  return [...groups].sort(([a], [b]) => a.localeCompare(b)).map(([key, goals]) => (key.length === 4
    ? barOf(`year-${key}`, key, goals, { from: `${key}-01-01`, to: `${key}-12-31`, status: 'goal' }, { name: t('overview.year'), group: key })
    : barOf(`month-${key}`, key, goals, { from: `${key}-01`, to: lastDay(key), status: 'goal' },
      { name: String(Number(key.slice(5))), group: key === near[0] || key.endsWith('-01') ? key.slice(0, 4) : '' })));
}

/** Where today is among the months. @param {Bar[]} bars */
function today(bars) {
  const place = bars.findIndex((bar) => bar.full === state.today.slice(0, 7)) + Number(state.today.slice(8)) / 31;
  return { place, text: t('overview.today') };
}

/** @param {string} month */
function nextMonth(month) {
  const [year, number] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

/** @param {string} month */
function lastDay(month) {
  const [year, number] = month.split('-').map(Number);
  return `${month}-${new Date(Date.UTC(year, number, 0)).getUTCDate()}`;
}

/** The goals of a status, the first due first. @param {Bar} bar */
function list(bar) {
  const { status } = bar.filter;
  const due = [...bar.goals].sort((a, b) => (a.row.due ?? '').localeCompare(b.row.due ?? ''));
  return h('section.plot', null, h('h2', null, t(`overview.${status}`, { count: due.length })),
    due.length === 0 ? h('p.muted', null, t('overview.nothing')) : h('ul.due-list', null, due.slice(0, MOST_LISTED).map(({ doc, row }) =>
      h('li', null, h('button', { type: 'button', 'data-focus': `${doc.key}-${row.key}`, onclick: () => goTo(doc, row) },
        h('span.what', null, row.target || `${row.metric} ${row.sign}${row.value}${row.unit}`),
        h('span.muted', null, [row.due, row.departments.map((d) => d.name).join('、'), days(row)].filter(Boolean).join(' · '))))),
    due.length > MOST_LISTED && h('li', null, h('button.link', { type: 'button', 'data-focus': `more-${status}`, onclick: () => pick(bar) },
      t('overview.more', { count: due.length - MOST_LISTED })))));
}

/** @param {Row} row */
function days(row) {
  const left = daysBetween(state.today, row.due ?? state.today);
  return t(left < 0 ? 'overview.late' : 'overview.left', { days: Math.abs(left) });
}

/** @param {Doc} doc @param {Row} row */
function goTo(doc, row) {
  openDocument(doc.key);
  setFilter({});
  choose(row.record.number ?? row.record.target, row.key);
  setTimeout(() => reveal(row.record.number ?? row.record.target ?? ''));
}

/** The documents of a bar's goals. @param {Bar} bar */
const documentsOf = (bar) => [...grouped(bar.goals, ({ doc }) => [doc.key]).values()].map((goals) => ({ doc: goals[0].doc, count: goals.length }));

/** Show the rows behind a bar; where they are of several documents these first, for the ledger is that of one. @param {Bar} bar */
function pick(bar) {
  const [first, ...others] = documentsOf(bar);
  if (!others.length) return rows(first.doc, bar);
  picked = bar.key;
  draw();
  const [button] = byId('overview').querySelectorAll('.places li button');
  button.focus();
  button.scrollIntoView({ block: 'center' });
}

/** The documents of the bar that was picked. @param {Bar} bar */
function places(bar) {
  const found = documentsOf(bar);
  const close = () => {
    picked = '';
    draw();
  };
  return h('section.plot.wide.places', null,
    h('header', null, h('h2', null, t('overview.places', { name: bar.full, count: bar.goals.length, documents: found.length })),
      h('button.icon', { type: 'button', 'aria-label': t('close'), onclick: close }, '×')),
    h('ul', null, found.map(({ doc, count }) => h('li', null,
      h('button', { type: 'button', 'data-focus': `place-${doc.key}`, onclick: () => rows(doc, bar) }, h('span', null, doc.name), h('b', null, String(count)))))));
}

/** The rows of a bar in the ledger of a document. @param {Doc} doc @param {Bar} bar */
function rows(doc, { filter }) {
  openDocument(doc.key);
  setFilter(filter);
}
