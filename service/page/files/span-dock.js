/** The tools for the chosen span, or for the words that are selected to become one. */

import { addSpan, attempt, moveBorders, nudge, relabel, removeSpan } from './corrections.js';
import { h, keepingFocus } from './dom.js';
import { chooseSpan, reveal, textElement } from './document-view.js';
import { openFinder, short } from './finder.js';
import { t } from './i18n.js';
import { KINDS, kindOf } from './labels.js';
import { content, current, on, state } from './store.js';

/** @type {HTMLElement} */
let root;

/** Make the dock. @returns {HTMLElement} */
export function setUp() {
  root = h('section.dock');
  on('content selection picked language current', draw);
  return root;
}

function draw() {
  const entity = content()?.byId.get(state.span ?? '');
  root.setAttribute('aria-label', t('dock.title'));
  const parts = state.selection ? forSelection(state.selection) : entity ? forSpan(entity) : idle();
  keepingFocus(root, () => root.replaceChildren(...parts), textElement());
}

function idle() {
  return [h('p.muted', null, t('dock.idle')), h('button', { type: 'button', 'data-focus': 'find', onclick: openFinder }, t('dock.find'))];
}

/** @param {{start: number, end: number}} selection */
function forSelection({ start, end }) {
  const written = current()?.text.slice(start, end) ?? '';
  const chosen = content()?.byId.get(state.span ?? '');
  return [
    h('div.dock-line', null, h('p.words', null, t('dock.selected'), ' ', h('q', { lang: 'zh-CN' }, short(written)))),
    kinds(null, (kind) => attempt(() => { const id = addSpan(start, end, kind.label, kind.value); reveal(id, false); })),
    chosen && h('button', { type: 'button', 'data-focus': 'borders', onclick: () => attempt(() => { moveBorders(chosen.id, start, end); reveal(chosen.id, false); }) },
      t('dock.borders', { id: chosen.id })),
  ].filter((part) => part !== undefined);
}

/** @param {Entity} entity */
function forSpan(entity) {
  const border = (/** @type {'start' | 'end'} */ side, /** @type {1 | -1} */ step, /** @type {string} */ sign, /** @type {string} */ key) =>
    h('button.step', { type: 'button', 'data-focus': `${side}${step}`, 'aria-keyshortcuts': key, title: `${t(`dock.${side}${step}`)} (${key})`,
      'aria-label': t(`dock.${side}${step}`), onclick: () => attempt(() => nudge(entity.id, side, step)) }, sign);
  const around = (content()?.entities ?? []).filter((e) => e.id !== entity.id && e.start <= entity.start && entity.end <= e.end);
  return [
    h('div.dock-line', null,
      h('p.words', null, h('b', null, t(`kind.${kindOf(entity)}`)), ' ', h('q', { lang: 'zh-CN' }, short(entity.text)),
        h('span.muted', null, ` ${entity.id} · ${t('dock.confidence', { share: Math.round(entity.confidence * 100) })}`)),
      around.slice(-1).map((outer) => h('button.link', { type: 'button', 'data-focus': `outer-${outer.id}`, onclick: () => chooseSpan(outer.id, false) },
        t('dock.outer', { label: t(`kind.${kindOf(outer)}`) }))),
      state.record && h('button.to-record', { type: 'button', 'data-focus': 'record', onclick: () => document.dispatchEvent(new CustomEvent('show-record')) }, t('dock.record')),
      h('button', { type: 'button', 'data-focus': 'remove', 'aria-keyshortcuts': 'Delete', onclick: () => attempt(() => removeSpan(entity.id)) }, t('dock.remove'))),
    kinds(kindOf(entity), (kind) => attempt(() => { relabel(entity.id, kind.label, kind.value); })),
    h('div.group', { role: 'group', 'aria-label': t('dock.edges') },
      border('start', -1, '⟵[', '['), border('start', 1, '[⟶', ']'),
      border('end', -1, '⟵]', '{'), border('end', 1, ']⟶', '}')),
  ];
}

/** Buttons for the kinds of spans, with the key of each. @param {string | null} chosen @param {(kind: typeof KINDS[number]) => void} act */
function kinds(chosen, act) {
  return h('div.group', { role: 'group', 'aria-label': t('dock.kinds') }, KINDS.map((kind, index) =>
    h(`button.kind.k-${kind.kind}`, { type: 'button', 'data-focus': `kind-${kind.kind}`, 'aria-pressed': chosen && String(kind.kind === chosen),
      'aria-keyshortcuts': String(index + 1), onclick: () => act(kind) }, t(`kind.${kind.kind}`), h('kbd', { 'aria-hidden': 'true' }, String(index + 1)))));
}

/** Choose a kind, by its key, for the selected words or else the chosen span. @param {number} index */
export function chooseKind(index) {
  const kind = KINDS[index];
  const { selection, span } = state;
  if (!kind) return;
  if (selection) attempt(() => reveal(addSpan(selection.start, selection.end, kind.label, kind.value), false));
  else if (span) attempt(() => relabel(span, kind.label, kind.value));
}
