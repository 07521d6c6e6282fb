/**
 * Corrections as functions from what was found to what should have been, and their history. Each refuses what the
 * guideline forbids: spans of one label that overlap, spans that cross.
 */

import { extractRecords } from './api.js';
import { keyOf, makeContent, membersOf } from './content.js';
import { LABELS, PREFIX } from './labels.js';
import { notice, problemText } from './notices.js';
import { t } from './i18n.js';
import { changed, content, current, state } from './store.js';

/** A correction that the rules forbid; its message is for people. */
class Refused extends Error {}

/** Correct; why that is refused, or nothing. @param {() => void} act */
export function refusal(act) {
  try {
    act();
    return '';
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.message;
  }
}

/** Correct, or say why not. @param {() => void} act */
export const attempt = (act) => notice(refusal(act), 'error');

/** Add a span; the id that it gets. @param {number} start @param {number} end @param {Label} label @param {Value | null} value */
export function addSpan(start, end, label, value) {
  const now = need();
  const id = freshId(now, label);
  put([...now.entities, made(id, label, start, end, value)], now, id);
  return id;
}

/** Give a span another label or value. @param {string} id @param {Label} label @param {Value | null} value */
export function relabel(id, label, value) {
  const old = need().byId.get(id);
  if (!old || (old.label === label && (old.value ?? null) === value)) return;
  if (old.label === label) {
    const entities = need().entities.map((e) => (e.id === id ? made(id, label, e.start, e.end, value) : e));
    return put(entities, need(), id);
  }
  // ids begin with the letter of their label, and links depend on it
  const now = without(id);
  const fresh = freshId(now, label);
  put([...now.entities, made(fresh, label, old.start, old.end, value)], now, fresh);
}

/** An id that no span of the label has. @param {{entities: Entity[]}} found @param {Label} label */
function freshId({ entities }, label) {
  const used = entities.filter((e) => e.label === label).map((e) => Number(e.id.slice(1)) || 0);
  return PREFIX[label] + (used.reduce((a, b) => Math.max(a, b), 0) + 1);
}

/** Move the borders of a span. @param {string} id @param {number} start @param {number} end */
export function moveBorders(id, start, end) {
  const now = need();
  const old = now.byId.get(id);
  if (!old || (old.start === start && old.end === end)) return;
  const entities = now.entities.map((e) => (e.id === id ? made(id, e.label, start, end, e.value ?? null) : e));
  put(entities, now, id);
}

/**
 * Move one border by a character as it is seen (an accent or a variant of an emoji is none of its own), and over white space,
 * where it must not be.
 * @param {string} id @param {'start' | 'end'} side @param {-1 | 1} step
 */
export function nudge(id, side, step) {
  const entity = need().byId.get(id);
  const text = current()?.text ?? '';
  if (!entity) return;
  const isBlank = (/** @type {number} */ place) => /\s/.test(text[side === 'start' ? place : place - 1] ?? '');
  let place = entity[side];
  do place += step; while (place > 0 && place < text.length && (isInside(text, place) || isBlank(place)));
  moveBorders(id, side === 'start' ? place : entity.start, side === 'end' ? place : entity.end);
}

/** Whether a place is inside of a character as it is seen. @param {string} text @param {number} place */
function isInside(text, place) {
  const [before, after] = [text.slice(Math.max(0, place - 2), place), text.slice(place, place + 2)];
  return (/[\uD800-\uDBFF]$/.test(before) && /^[\uDC00-\uDFFF]/.test(after)) ||
    /\u200D$/.test(before) || /^(?:\p{M}|\p{Emoji_Modifier}|\u200D)/u.test(after);
}

/** Delete a span. @param {string} id */
export function removeSpan(id) {
  if (!need().byId.has(id)) return;
  const now = without(id);
  put(now.entities, now, null);
}

/** Say what a record's role is. @param {string} source the record's key @param {string} role @param {string[]} targets */
export function relink(source, role, targets) {
  const { entities, links, duties } = need();
  const others = links.filter((link) => link.source !== source || link.role !== role);
  put(entities, { links: [...others, { source, role, targets }], duties }, state.span);
}

/** Say what a department's part is, in all records that it is linked to. @param {string} id @param {Duty} duty */
export function assign(id, duty) {
  const { entities, links, duties } = need();
  put(entities, { links, duties: { ...duties, [id]: duty } }, state.span);
}

export const canUndo = () => Boolean(current()?.past.length);
export const canRedo = () => Boolean(current()?.future.length);
export const undo = () => travel('past', 'future');
export const redo = () => travel('future', 'past');

/** @type {(from: 'past' | 'future', to: 'past' | 'future') => void} */
function travel(from, to) {
  const doc = current();
  const content = doc?.[from].pop();
  if (!doc?.present || !content) return;
  doc[to].push(doc.present);
  doc.present.rest();
  doc.present = content;
  settle(doc, content);
}

function need() {
  const now = content();
  if (!now) throw new Refused('');
  return now;
}

/** @type {(id: string, label: Label, start: number, end: number, value: Value | null) => Entity} */
function made(id, label, start, end, value) {
  const text = current()?.text.slice(start, end) ?? '';
  const entity = { id, label, text, start, end, confidence: 1 };
  return label === 'NUMBER' ? { ...entity, value: value ?? 'target' } : entity;
}

/** @param {string} id */
function without(id) {
  const now = need();
  const links = now.links
    .filter((link) => link.source !== id)
    .map((link) => ({ ...link, targets: link.targets.filter((target) => target !== id) }));
  const { [id]: _, ...duties } = now.duties;
  return { entities: now.entities.filter((e) => e.id !== id), links, duties };
}

/** @param {Entity[]} entities @param {ByHand} byHand @param {string | null} id what was changed */
function put(entities, byHand, id) {
  const doc = current();
  if (!doc?.present) return;
  if (id) check(entities, /** @type {Entity} */ (entities.find((e) => e.id === id)), doc.text);
  const sorted = [...entities].sort(
    (a, b) => a.start - b.start || b.end - a.end || LABELS.indexOf(a.label) - LABELS.indexOf(b.label),
  );
  const ids = new Set(sorted.map((e) => e.id));
  // until the service has linked anew, what is no longer there is left out
  const kept = doc.present.records.map((record) => pruned(record, ids)).filter((record) => keyOf(record));
  doc.past.push(doc.present);
  doc.future = [];
  doc.present.rest();
  doc.present = makeContent(sorted, byHand, kept);
  doc.present.stale = true;
  Object.assign(state, { span: id, selection: null });
  settle(doc, doc.present);
}

/** @type {(record: Rec, ids: Set<string>) => Rec} */
function pruned(record, ids) {
  if (membersOf(record).every((id) => ids.has(id))) return record;
  const one = (/** @type {string | null} */ id) => (id && ids.has(id) ? id : null);
  const number = one(record.number);
  return {
    ...record,
    target: record.number && !number ? null : one(record.target),
    metric: one(record.metric), number, unit: one(record.unit),
    deadlines: record.deadlines.filter((id) => ids.has(id)),
    departments: record.departments.filter((id) => ids.has(id)),
    dues: record.dues.filter((due) => ids.has(due.deadline)),
    due: record.due && ids.has(record.due.deadline) ? record.due : null,
    assigned: record.assigned.filter((part) => ids.has(part.department)),
    progress: record.progress && ids.has(record.progress.against) ? record.progress : null,
  };
}

/** @type {(entities: Entity[], entity: Entity, text: string) => void} */
function check(entities, entity, text) {
  const { start, end } = entity;
  if (start < 0 || end > text.length || start >= end) throw new Refused(t('refused.empty'));
  if (text.slice(start, end).trim() !== text.slice(start, end)) throw new Refused(t('refused.blank'));
  for (const other of entities) {
    if (other.id === entity.id || other.end <= start || other.start >= end) continue;
    if (other.label === entity.label) throw new Refused(t('refused.overlap', { id: other.id }));
    const inside = (other.start <= start && end <= other.end) || (start <= other.start && other.end <= end);
    if (!inside) throw new Refused(t('refused.cross', { id: other.id }));
  }
}

const PAUSE = 120;
/** @type {WeakMap<Doc, ReturnType<typeof setTimeout>>} */
const waiting = new WeakMap();
/** @type {WeakSet<Doc>} */
const linking = new WeakSet();

/** Show a state of a document, and have the service link it unless it has been. @param {Doc} doc @param {Content} wanted */
function settle(doc, wanted) {
  keepChosen(wanted);
  changed('content selection documents');
  linkSoon(doc);
}

/** Several corrections in a row are linked together. @param {Doc} doc */
function linkSoon(doc) {
  clearTimeout(waiting.get(doc));
  const wanted = doc.present;
  if (wanted?.stale) waiting.set(doc, setTimeout(() => link(doc, wanted), PAUSE));
}

/** Have the service link a state of a document: one at a time, then the last one that it was corrected to meanwhile. @param {Doc} doc @param {Content} wanted */
export async function link(doc, wanted) {
  clearTimeout(waiting.get(doc));
  wanted.stale = true;
  if (linking.has(doc)) return;
  linking.add(doc);
  const { date } = doc;
  const isWanted = () => doc.present === wanted && doc.date === date;
  try {
    const { records } = await extractRecords(doc, wanted);
    if (isWanted()) {
      wanted.relinked(records);
      if (doc === current()) keepChosen(wanted);
      changed(doc === current() ? 'content selection documents' : 'documents');
    }
  } catch (error) {
    if (isWanted()) notice(problemText(error), 'error', { text: t('again'), act: () => link(doc, doc.present ?? wanted) });
  } finally {
    linking.delete(doc);
    if (!isWanted()) linkSoon(doc);
  }
}

/** What is chosen stays so while it is there; once the records are known, the one that the span belongs to goes with it. @param {Content} found */
function keepChosen(found) {
  if (!found.byId.has(state.span ?? '')) state.span = null;
  if (state.span && !found.stale) state.record = keyOfSpan(found, state.span);
  else if (!found.recordByKey.has(state.record ?? '')) state.record = null;
}

/** The key of the record to show for a span: its own if it is a number, else the one that is shown if it belongs to that, else its first. @param {Content} found @param {string} id */
export function keyOfSpan(found, id) {
  const keys = (found.recordsOf.get(id) ?? []).map(keyOf);
  return keys.find((key) => key === id) ?? keys.find((key) => key === state.record) ?? keys[0] ?? null;
}
