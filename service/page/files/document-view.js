/**
 * The document: its text with spans, tables as tables. It is drawn in chunks that the browser leaves out while they are out
 * of sight (content-visibility), so that long documents scroll smoothly and can still be searched, selected and printed
 * whole; a correction draws only the chunks anew that it touches.
 */

import { blocks, chunks } from './blocks.js';
import { keyOfSpan } from './corrections.js';
import { h } from './dom.js';
import { t } from './i18n.js';
import { inline, touching } from './inline.js';
import { kindOf } from './labels.js';
import { membersOf } from './content.js';
import { changed, choose, content, current, on, state } from './store.js';
import { hideTip, showTip } from './tip.js';

/** @type {HTMLElement} */
let root;
/** @type {{element: HTMLElement, blocks: Block[], signature: string}[]} */
let drawn = [];
/** @type {string | null} */
let shown = null;
/** @type {string[]} */
let related = [];

/** Make the element in which the document is shown. @returns {HTMLElement} */
export function setUp() {
  root = h('div.document-text', { tabindex: 0, role: 'document', 'data-focus': 'document' });
  root.addEventListener('click', (event) => {
    const element = spanAt(event.target);
    if (element && document.getSelection()?.isCollapsed) chooseSpan(/** @type {string} */ (element.dataset.id), false);
  });
  root.addEventListener('keydown', keys);
  for (const kind of ['mouseover', 'focusin']) root.addEventListener(kind, (event) => tip(event.target));
  for (const kind of ['mouseleave', 'focusout']) root.addEventListener(kind, hideTip);
  document.addEventListener('selectionchange', selected);
  on('current', drawAll);
  on('content language', update);
  on('selection', () => { unselect(); mark(); });
  on('filter', filter);
  return root;
}

function drawAll() {
  const doc = current();
  shown = doc?.key ?? null;
  root.setAttribute('aria-label', t('document.of', { name: doc?.name ?? '' }));
  drawn = doc?.present ? chunks(blocks(doc.text)).map((held) => ({ element: h('div.chunk'), blocks: held, signature: '' })) : [];
  root.replaceChildren(...drawn.map(({ element, blocks: held }) => {
    // a guess at the height of what is not drawn yet; the browser remembers the true one afterwards
    const length = held.reduce((sum, block) => sum + Math.max(1, Math.ceil((block.end - block.start) / 34)), 0);
    element.style.containIntrinsicSize = `auto ${Math.round(length * 34)}px`;
    return element;
  }));
  root.scrollTop = 0;
  update();
}

function update() {
  const doc = current();
  if ((doc?.key ?? null) !== shown) return;
  const found = content();
  if (!doc || !found) return;
  const longest = found.entities.reduce((most, entity) => Math.max(most, entity.end - entity.start), 0);
  for (const chunk of drawn) {
    const { start } = chunk.blocks[0], { end } = chunk.blocks[chunk.blocks.length - 1];
    const inside = touching(found.entities, start, end, longest);
    const signature = document.documentElement.lang + inside.map((e) => `${e.id},${e.start},${e.end},${kindOf(e)},${e.confidence}`).join(';');
    if (signature === chunk.signature) continue;
    chunk.signature = signature;
    const held = chunk.element.contains(document.activeElement);
    chunk.element.replaceChildren(...chunk.blocks.map((block) => draw(block, doc.text, inside)));
    if (held) focusSpan(state.span ?? '');
  }
  related = [];
  filter();
  mark();
}

/** @type {(block: Block, text: string, entities: Entity[]) => HTMLElement} */
function draw(block, text, entities) {
  const within = (/** @type {number} */ start, /** @type {number} */ end) =>
    inline(text, start, end, entities.filter((e) => e.start < end && e.end > start));
  if (block.kind === 'line') return h('p', { 'data-start': block.start }, within(block.start, block.end));
  const columns = block.widths.length;
  // long columns get more, but not so much that the words of short ones break
  const shares = block.widths.map((width) => width ** 0.7);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  const rows = block.rows.map((row, index) => {
    const crossing = entities.some((e) => e.start < row.end && e.end > row.start && !row.cells.some((c) => c.start <= e.start && e.end <= c.end));
    const head = index === 0 && !block.continued && !entities.some((e) => e.start < row.end && e.end > row.start && e.label !== 'METRIC');
    if (crossing) return h('tr', null, h('td', { colspan: columns, 'data-start': row.start }, within(row.start, row.end)));
    return h('tr', null, row.cells.map((cell, column) => h(head ? 'th' : 'td', {
      'data-start': cell.start, scope: head && 'col',
      colspan: column === row.cells.length - 1 && column < columns - 1 && columns - column,
    }, within(cell.start, cell.end))));
  });
  const cols = shares.map((share) => {
    const col = h('col');
    col.style.width = `${(100 * share) / whole}%`;
    return col;
  });
  const table = h('table', null, h('colgroup', null, cols), h('tbody', null, rows));
  table.style.minWidth = `${5 * columns}em`;
  return h('div.table', null, table);
}

/** Where the focus goes when what it was on is gone. */
export const textElement = () => root;

/** Choose a span and its record; bring it into view if it is not there. @param {string} id @param {boolean} [scroll] */
export function chooseSpan(id, scroll = true) {
  const found = content();
  if (!found?.byId.has(id)) return;
  choose(id, keyOfSpan(found, id));
  reveal(id, scroll);
}

/** Bring a span into view, and the focus to it. @param {string} id @param {boolean} [scroll] */
export function reveal(id, scroll = true) {
  const element = elementOf(id);
  if (!element) return;
  if (scroll) {
    element.scrollIntoView({ block: 'center' });
    // what was out of sight had a guessed height: once it is drawn the place is right
    requestAnimationFrame(() => elementOf(id)?.scrollIntoView({ block: 'center' }));
  }
  focusSpan(id);
}

/** Give a span the focus, or the text if it is not there. @param {string} id */
function focusSpan(id) {
  for (const other of root.querySelectorAll('.span[tabindex="0"]')) /** @type {HTMLElement} */ (other).tabIndex = -1;
  const element = elementOf(id);
  if (element) element.tabIndex = 0;
  (element ?? root).focus({ preventScroll: true });
}

/** Where in the text one is: at the chosen span, else at the first line in view. */
export function place() {
  const chosen = content()?.byId.get(state.span ?? '');
  return chosen ? chosen.start : top();
}

/** Go to the next or the previous span. @param {1 | -1} step */
export function step(step) {
  const found = content();
  if (!found?.entities.length) return;
  const seen = found.entities.filter((entity) => !state.hidden.has(kindOf(entity)));
  const at = seen.findIndex((entity) => entity.id === state.span);
  const first = at < 0 ? top() : 0;
  const next = at < 0 ? Math.max(0, seen.findIndex((entity) => entity.start >= first)) : (at + step + seen.length) % seen.length;
  if (seen[next]) chooseSpan(seen[next].id);
}

/** The offset of the first line in view. */
function top() {
  const edge = root.getBoundingClientRect().top;
  const isBelow = (/** @type {Element} */ element) => element.getBoundingClientRect().bottom > edge;
  const lines = drawn.find(({ element }) => isBelow(element))?.element.querySelectorAll('[data-start]') ?? [];
  return Number(/** @type {HTMLElement | undefined} */ ([...lines].find(isBelow))?.dataset.start ?? 0);
}

/** @param {KeyboardEvent} event */
function keys(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.key === 'ArrowRight' && state.span) step(1);
  else if (event.key === 'ArrowLeft' && state.span) step(-1);
  else if (event.key === 'Enter') {
    if (!state.span) step(1);
    else document.dispatchEvent(new CustomEvent('show-record'));
  } else return;
  event.preventDefault();
}

/** Mark what is chosen, and what belongs to it. */
function mark() {
  const found = content();
  for (const id of related) for (const element of root.querySelectorAll(`[data-id="${id}"]`)) element.classList.remove('chosen', 'related');
  const record = state.record ? found?.recordByKey.get(state.record) : undefined;
  related = [...new Set([...(record ? membersOf(record) : []), ...(state.span ? [state.span] : [])])];
  for (const id of related) {
    for (const element of root.querySelectorAll(`[data-id="${id}"]`)) element.classList.add(id === state.span ? 'chosen' : 'related');
  }
  root.classList.toggle('focused', related.length > 0);
}

function filter() {
  for (const kind of ['TARGET', 'METRIC', 'PLANNED', 'REPORTED', 'UNIT', 'DEADLINE', 'DEPARTMENT']) {
    root.classList.toggle(`no-${kind}`, state.hidden.has(kind));
  }
}

/** Words were selected, or are no longer. */
function selected() {
  const words = selectedWords();
  // a tool that takes the focus can take the selection away, but works on what was selected
  if (!words && document.activeElement?.closest('.dock')) return;
  if (words?.start === state.selection?.start && words?.end === state.selection?.end) return;
  state.selection = words;
  changed('picked');
}

/** What is selected of the text, as offsets, without white space around it. */
function selectedWords() {
  const selection = document.getSelection();
  if (!selection?.rangeCount || selection.isCollapsed || !root.contains(selection.anchorNode)) return null;
  const range = selection.getRangeAt(0);
  // a selection may begin or end outside of the text, as where a click took the last paragraph whole
  const held = () => [...root.querySelectorAll('[data-start]')].filter((element) => range.intersectsNode(element));
  const last = (/** @type {Element | undefined} */ element) => (element ? offsetOf(element, element.childNodes.length) : null);
  const start = offsetOf(range.startContainer, range.startOffset) ?? offsetOf(held()[0] ?? root, 0);
  const end = offsetOf(range.endContainer, range.endOffset) ?? last(held().pop());
  if (start === null || end === null) return null;
  const written = current()?.text.slice(start, end) ?? '';
  const trimmed = { start: start + written.length - written.trimStart().length, end: end - written.length + written.trimEnd().length };
  return trimmed.start < trimmed.end ? trimmed : null;
}

/** What was selected is so no longer once something else was chosen. */
function unselect() {
  const selection = document.getSelection();
  if (!state.selection && selection && !selection.isCollapsed && root.contains(selection.anchorNode)) selection.removeAllRanges();
}

/** @type {(node: Node, offset: number) => number | null} */
function offsetOf(node, offset) {
  const holder = (node instanceof Element ? node : node.parentElement)?.closest('[data-start]');
  if (!holder || !root.contains(holder)) return null;
  const range = document.createRange();
  range.setStart(holder, 0);
  range.setEnd(node, offset);
  return Number(/** @type {HTMLElement} */ (holder).dataset.start) + range.toString().length;
}

/** @param {EventTarget | null} target @returns {HTMLElement | null} */
function spanAt(target) {
  let element = target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest('.span')) : null;
  while (element && state.hidden.has(element.className.match(/k-(\w+)/)?.[1] ?? '')) {
    element = /** @type {HTMLElement | null} */ (element.parentElement?.closest('.span') ?? null);
  }
  return element;
}

/** @param {EventTarget | null} target */
function tip(target) {
  const element = spanAt(target);
  const entity = element && content()?.byId.get(element.dataset.id ?? '');
  if (!element || !entity) return hideTip();
  showTip(element, t('span.tip', { label: t(`kind.${kindOf(entity)}`), id: entity.id, share: Math.round(entity.confidence * 100) }));
}

/** @param {string} id @returns {HTMLElement | null} */
const elementOf = (id) => root.querySelector(`[data-id="${CSS.escape(id)}"]`);
