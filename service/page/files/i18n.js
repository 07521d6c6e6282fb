/** The page's two languages. */

import { STRINGS } from './strings.js';
import { changed, state } from './store.js';

const KEPT = 'mubiao-language';
/** @type {'zh' | 'en'} */
let language = localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh';

/**
 * The words of a key in the language that is chosen, with {names} replaced; the key itself where there are none.
 * @param {string} key @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const words = STRINGS[key]?.[language === 'zh' ? 0 : 1] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}

/** Change to the other language. */
export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh';
  localStorage.setItem(KEPT, language);
  // rows hold words
  for (const { present } of state.documents) if (present) present.rows = null;
  translate();
  changed('language');
}

/** Put words where index.html only has keys. */
export function translate() {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  for (const element of document.querySelectorAll('[data-i18n]')) element.textContent = t(/** @type {any} */ (element).dataset.i18n);
  for (const element of document.querySelectorAll('[data-i18n-label]')) element.setAttribute('aria-label', t(/** @type {any} */ (element).dataset.i18nLabel));
  for (const element of document.querySelectorAll('[data-i18n-placeholder]')) element.setAttribute('placeholder', t(/** @type {any} */ (element).dataset.i18nPlaceholder));
  const other = /** @type {HTMLElement} */ (document.getElementById('language'));
  other.textContent = language === 'zh' ? 'English' : '中文';
  other.lang = language === 'zh' ? 'en' : 'zh-CN';
}
