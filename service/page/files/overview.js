/** Goals of one document or of all: how they stand, by department, by the month they are due. */

import { lying, standing } from './charts.js';
import { byId, h, keepingFocus } from './dom.js';
import { reveal } from './document-view.js';
import { setFilter } from './filters.js';
import { t } from './i18n.js';
import { STATUSES, daysBetween, rowsOf, statusOf } from './rows.js';
import { choose, current, on, openDocument, show, state } from './store.js';

const MOST_DEPARTMENTS = 12;
const MOST_MONTHS = 36;
const MOST_LISTED = 50;
let all = true;

/** Draw it whenever it is shown and something changes. */
export function setUp() {
  on('view documents content today language current', () => { if (state.view === 'overview') draw(); });
}

/** @returns {{doc: Doc, row: Row, status: string}[]} */
function goals() {
  const doc = current();
  const docs = all || !doc ? state.documents : [doc];
  return docs.flatMap((doc) => (doc.present ? rowsOf(doc.present) : []).filter((row) => row.goal)
    .map((row) => ({ doc, row, status: statusOf(row, state.today) })));
}

function draw() {
  const root = byId('overview');
  const found = goals();
  const count = (/** @type {string} */ status) => found.filter((goal) => goal.status === status).length;
  keepingFocus(root, () => root.replaceChildren(
    h('header.overview-head', null,
      h('h1', null, t('overview.title')),
      state.documents.filter((doc) => doc.present).length > 1 && h('div.group', { role: 'group', 'aria-label': t('overview.of') },
        [true, false].map((whole) => h('button', { type: 'button', 'data-focus': `of-${whole}`, 'aria-pressed': String(all === whole),
          onclick: () => { all = whole; draw(); } }, t(whole ? 'overview.all' : 'overview.this')))),
      h('p.muted', null, t('overview.on', { date: state.today }))),
    h('ul.tiles', null, tile('all', found.length), STATUSES.map((status) => tile(status, count(status)))),
    found.length === 0 ? h('p.empty', null, t('overview.none')) : h('div.plots', null,
      plot(t('overview.months'), months(found), 'wide'),
      plot(t('overview.departments'), departments(found)),
      h('section.plot', null, h('h2', null, t('overview.status')), share(found)),
      list('overdue', found), list('soon', found)),
  ));
}

/** @param {string} status @param {number} count */
const tile = (status, count) => h(`li.tile.s-${status}`, null, h('b', null, String(count)), h('span', null, t(status === 'all' ? 'overview.goals' : `status.${status}`)));

/** @param {string} title @param {{svg: Element, bars: Bar[]}} plotted @param {string} [width] */
function plot(title, { svg, bars }, width = '') {
  return h(`section.plot${width ? `.${width}` : ''}`, null, h('h2', null, title), legend(), h('div.canvas', { tabindex: 0, role: 'region', 'aria-label': title }, svg), numbers(title, bars));
}

const legend = () => h('ul.plot-legend', { 'aria-hidden': 'true' }, STATUSES.map((status) => h(`li.s-${status}`, null, t(`status.${status}`))));

/** The numbers of a plot as a table, for those who would rather read. @param {string} title @param {Bar[]} bars */
function numbers(title, bars) {
  return h('details.numbers', null, h('summary', null, t('overview.numbers')),
    h('table', null, h('caption.hidden', null, title),
      h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('overview.what')), STATUSES.map((status) => h('th', { scope: 'col' }, t(`status.${status}`))))),
      h('tbody', null, bars.map((bar) => h('tr', null, h('th', { scope: 'row' }, bar.full ?? bar.name), STATUSES.map((status) => h('td', null, String(bar.parts[status] ?? 0))))))));
}

/** @param {ReturnType<typeof goals>} found */
function departments(found) {
  /** @type {Map<string, Record<string, number>>} */
  const parts = new Map();
  for (const { row, status } of found) {
    for (const name of new Set(row.departments.map((d) => d.name))) {
      const held = parts.get(name) ?? {};
      held[status] = (held[status] ?? 0) + 1;
      parts.set(name, held);
    }
  }
  const bars = [...parts].map(([name, held]) => ({ key: name, name, parts: held, label: described(name, held) }))
    .sort((a, b) => sum(b.parts) - sum(a.parts));
  return { bars, svg: lying(t('overview.departments'), bars.slice(0, MOST_DEPARTMENTS), STATUSES, (department) => go(found, { department })) };
}

/** @param {ReturnType<typeof goals>} found */
function months(found) {
  const dated = found.filter(({ row }) => row.due);
  const seen = [...dated.map(({ row }) => /** @type {string} */ (row.due).slice(0, 7)), state.today.slice(0, 7)].sort();
  /** @type {Bar[]} */
  const bars = [];
  for (let month = firstMonth(seen[0], state.today.slice(0, 7)); month <= seen[seen.length - 1] && bars.length < MOST_MONTHS; month = nextMonth(month)) {
    const parts = sumBy(dated.filter(({ row }) => row.due?.startsWith(month)));
    bars.push({ key: month, name: String(Number(month.slice(5))), full: month, parts, label: described(month, parts),
      group: bars.length === 0 || month.endsWith('-01') ? month.slice(0, 4) : '' });
  }
  const place = bars.findIndex((bar) => bar.key === state.today.slice(0, 7)) + Number(state.today.slice(8)) / 31;
  return { bars, svg: standing(t('overview.months'), bars, STATUSES, (month) => go(found, { from: `${month}-01`, to: `${month}-31` }),
    place >= 0 ? { place, text: t('overview.today') } : null) };
}

/** The first month to show: at most a year before today's. @param {string} first @param {string} now */
function firstMonth(first, now) {
  const bound = `${Number(now.slice(0, 4)) - 1}${now.slice(4)}`;
  return first < bound ? bound : first;
}

/** @param {string} month */
function nextMonth(month) {
  const [year, number] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

/** How the goals are shared out among the statuses. @param {ReturnType<typeof goals>} found */
function share(found) {
  const parts = sumBy(found);
  const bars = STATUSES.map((status) => ({ key: status, name: t(`status.${status}`), parts: { [status]: parts[status] ?? 0 }, label: `${t(`status.${status}`)} ${parts[status] ?? 0}` }));
  return h('div.canvas', null, lying(t('overview.status'), bars, STATUSES, (status) => go(found, { status })));
}

/** @param {string} status @param {ReturnType<typeof goals>} found */
function list(status, found) {
  const due = found.filter((goal) => goal.status === status).sort((a, b) => (a.row.due ?? '').localeCompare(b.row.due ?? ''));
  return h('section.plot', null, h('h2', null, t(`overview.${status}`, { count: due.length })),
    due.length === 0 ? h('p.muted', null, t('overview.nothing')) : h('ul.due-list', null, due.slice(0, MOST_LISTED).map(({ doc, row }) =>
      h('li', null, h('button', { type: 'button', 'data-focus': `${doc.key}-${row.key}`, onclick: () => goTo(doc, row) },
        h('span.what', null, row.target || `${row.metric} ${row.sign}${row.value}${row.unit}`),
        h('span.muted', null, [row.due, row.departments.map((d) => d.name).join('、'), days(row)].filter(Boolean).join(' · ')))))));
}

/** @param {Row} row */
function days(row) {
  const left = daysBetween(state.today, row.due ?? state.today);
  return t(left < 0 ? 'overview.late' : 'overview.left', { days: Math.abs(left) });
}

/** @param {Doc} doc @param {Row} row */
function goTo(doc, row) {
  openDocument(doc.key);
  choose(row.record.number ?? row.record.target, row.key);
  setTimeout(() => reveal(row.record.number ?? row.record.target ?? ''));
}

/** Show the rows behind a bar, in the first document that has some. @param {ReturnType<typeof goals>} found @param {Partial<Filter>} filter */
function go(found, filter) {
  const fits = found.filter(({ row, status }) =>
    (!filter.department || row.departments.some((d) => d.name === filter.department)) && (!filter.status || filter.status === status) &&
    (!filter.from || (row.due && row.due >= filter.from && row.due <= (filter.to ?? ''))));
  const doc = fits.find((goal) => goal.doc === current())?.doc ?? fits[0]?.doc;
  if (!doc) return;
  openDocument(doc.key);
  setFilter(filter.to ? { ...filter, to: lastDay(filter.to) } : filter);
  show('work');
}

/** The last day of a month that is written -31. @param {string} day */
function lastDay(day) {
  const [year, month] = day.split('-').map(Number);
  return `${day.slice(0, 8)}${String(new Date(Date.UTC(year, month, 0)).getUTCDate()).padStart(2, '0')}`;
}

/** @param {ReturnType<typeof goals>} found */
function sumBy(found) {
  /** @type {Record<string, number>} */
  const parts = {};
  for (const { status } of found) parts[status] = (parts[status] ?? 0) + 1;
  return parts;
}

/** @param {Record<string, number>} parts */
const sum = (parts) => Object.values(parts).reduce((total, part) => total + part, 0);

/** @param {string} name @param {Record<string, number>} parts */
const described = (name, parts) => `${name}：${STATUSES.filter((status) => parts[status]).map((status) => `${t(`status.${status}`)} ${parts[status]}`).join('，')}`;
