/** Marking words without a mouse: they are typed, and found from the place on where one is. */

import { addSpan, refusal } from './corrections.js';
import { openDialog } from './dialog.js';
import { place, reveal } from './document-view.js';
import { h } from './dom.js';
import { t } from './i18n.js';
import { KINDS } from './labels.js';
import { current } from './store.js';

const MOST = 200;
const AROUND = 12;

/** Open it. */
export function openFinder() {
  const text = current()?.text;
  if (text === undefined) return;
  const from = place();
  const words = /** @type {HTMLInputElement} */ (h('input', { type: 'text', id: 'find-words', autocomplete: 'off', required: true }));
  const kind = /** @type {HTMLSelectElement} */ (h('select', { id: 'find-kind' }, KINDS.map(({ kind }, index) => h('option', { value: index }, t(`kind.${kind}`)))));
  const places = /** @type {HTMLSelectElement} */ (h('select', { id: 'find-place' }));
  const refused = h('p.bad', { role: 'alert' });
  /** @type {{start: number, end: number}[]} */
  let found = [];
  const look = () => {
    found = occurrences(text, words.value, from);
    refused.textContent = '';
    places.replaceChildren(...found.map(({ start, end }) =>
      h('option', null, `${text.slice(Math.max(0, start - AROUND), start)}【${short(text.slice(start, end))}】${text.slice(end, end + AROUND)}`)));
    if (!found.length) places.append(h('option', null, t('finder.none')));
  };
  words.addEventListener('input', look);
  look();
  const dialog = openDialog(t('finder.title'), [
    h('label', { for: 'find-words' }, t('finder.words')), words,
    h('label', { for: 'find-place' }, t('finder.place')), places,
    h('label', { for: 'find-kind' }, t('finder.kind')), kind,
    refused,
  ], { text: t('finder.go'), act: () => {
    const chosen = found[places.selectedIndex];
    if (!chosen) return false;
    const { label, value } = KINDS[Number(kind.value)];
    refused.textContent = refusal(() => {
      const id = addSpan(chosen.start, chosen.end, label, value);
      dialog.addEventListener('close', () => reveal(id), { once: true });
    });
    return !refused.textContent;
  } });
  words.focus();
}

/**
 * Where words stand in a text, with any white space between their letters: from a place on, then from the beginning.
 * @param {string} text @param {string} words @param {number} from
 */
function occurrences(text, words, from) {
  const letters = [...words.replace(/\s/g, '')].map((letter) => letter.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&'));
  /** @type {{start: number, end: number}[]} */
  const found = [];
  if (!letters.length) return found;
  const pattern = new RegExp(letters.join('\\s*'), 'gu');
  for (const [first, last] of [[from, text.length], [0, from]]) {
    pattern.lastIndex = first;
    for (const match of text.matchAll(pattern)) {
      if (match.index >= last || found.length === MOST) break;
      found.push({ start: match.index, end: match.index + match[0].length });
    }
  }
  return found;
}

/** Words that are not longer than there is room for. @param {string} words */
export const short = (words) => (words.length > 48 ? `${words.slice(0, 46)}…` : words);
