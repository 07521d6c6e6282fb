/** Records as rows of the ledger, and goals with their status; the columns are those of service/ledger/rows.py. */

import { keyOf, membersOf } from './content.js';
import { t } from './i18n.js';

/** @type {Record<string, string>} */
const SIGNS = { '=': '', '≥': '≥', '>': '>', '≤': '≤', '<': '<', '≈': '≈', range: '' };
const SOON_DAYS = 30;

/** The statuses of a goal, worst first; `reported` is for rows that are no goals. */
export const STATUSES = ['overdue', 'soon', 'later', 'undated', 'done'];

/** The rows of what was found, made once for each state of it. @param {Content} found @returns {Row[]} */
export function rowsOf(found) {
  if (found.rows) return found.rows;
  const indexOf = new Map(found.records.map((record, index) => [record.number, index + 1]));
  /** @type {Map<string, number>} the best that was reported of a planned number */
  const reached = new Map();
  for (const { progress } of found.records) {
    if (progress) reached.set(progress.against, Math.max(reached.get(progress.against) ?? 0, Number(progress.ratio)));
  }
  found.rows = found.records.map((record, index) => {
    const words = (/** @type {string | null} */ id) => (id ? oneLine(found.byId.get(id)?.text ?? '') : '');
    const quantity = record.quantity;
    const key = keyOf(record);
    const about = found.byId.get(key);
    const goal = record.value !== 'actual';
    const ratio = record.progress ? Number(record.progress.ratio) : reached.get(record.number ?? '') ?? null;
    return {
      key, record, index: index + 1, goal,
      target: words(record.target),
      metric: words(record.metric),
      sign: SIGNS[quantity?.comparator ?? '='] ?? '',
      value: amount(quantity) || words(record.number),
      sort: quantity?.min ?? quantity?.max ?? null,
      change: changeOf(quantity),
      unit: quantity?.unit ? quantity.unit + (quantity.per ? `/${quantity.per}` : '') : words(record.unit),
      planned: record.value === 'target' ? 'planned' : record.value === 'actual' ? 'reported' : 'task',
      ratio, ceiling: goal ? isCeiling(record) : isCeiling(found.recordByKey.get(record.progress?.against ?? '')),
      against: record.progress ? indexOf.get(record.progress.against) ?? null : null,
      deadline: record.deadlines.map(words).join('、'),
      due: record.due?.to ?? null,
      dueReason: record.due?.reason ?? null,
      departments: record.assigned.map(({ department, name, role }) => ({ id: department, name, role })),
      confidence: Math.min(...membersOf(record).map((id) => found.byId.get(id)?.confidence ?? 1)),
      start: about?.start ?? 0,
    };
  });
  return found.rows;
}

/** How a row stands on a day: done, overdue, soon (within thirty days), later, undated; reported if it is no goal. @param {Row} row @param {string} today */
export function statusOf(row, today) {
  if (!row.goal) return 'reported';
  if (isDone(row)) return 'done';
  if (!row.due) return 'undated';
  if (row.due < today) return 'overdue';
  return daysBetween(today, row.due) <= SOON_DAYS ? 'soon' : 'later';
}

/** Whether what was reported meets the plan: a ceiling (不超过) is kept below. @param {Row} row */
export const isDone = (row) => row.ratio !== null && (row.ceiling ? row.ratio <= 1 : row.ratio >= 1);

/** Days from one ISO date to another. @param {string} from @param {string} to */
export const daysBetween = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** @param {Rec | undefined} record */
const isCeiling = (record) => ['≤', '<'].includes(record?.quantity?.comparator ?? '');

/** A quantity to read: 1,250 or 30–40; of large round ones 1.4亿. @param {Quantity | null} quantity */
function amount(quantity) {
  if (!quantity || (quantity.min === null && quantity.max === null)) return '';
  if (quantity.comparator === 'range') return `${figure(quantity.min)}–${figure(quantity.max)}`;
  return figure(quantity.min ?? quantity.max);
}

/** @param {string | null} plain */
function figure(plain) {
  if (plain === null) return '';
  for (const [zeros, sign] of /** @type {[number, string][]} */ ([[8, '亿'], [4, '万']])) {
    // exact to four places, or as it stands
    const scaled = Number(plain) / 10 ** zeros;
    if (Math.abs(scaled) >= 10 ** (zeros === 4 ? 1 : 0) && Number(scaled.toFixed(4)) === scaled) return `${scaled}${sign}`;
  }
  const [whole, part] = plain.split('.');
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (part ? `.${part}` : '');
}

/** @param {Quantity | null} quantity */
function changeOf(quantity) {
  if (!quantity?.relation) return '';
  if (quantity.relation === 'from_to') return t('change.from_to', { base: quantity.base ?? '' });
  return t(`change.${quantity.relation}${quantity.direction ? `.${quantity.direction}` : ''}`);
}

/** @param {string} text */
const oneLine = (text) => text.replace(/[ \t]*[\r\n]\s*/g, '').replace(/\s+/g, ' ').trim();
