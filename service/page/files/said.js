/** What the service says of a file, in the page's languages; docs of its messages are in service/documents. */

import { t } from './i18n.js';

/** @type {[RegExp, string][]} */
const KNOWN = [
  [/^must not be encrypted/, 'file.encrypted'],
  [/^must hold text and not only pictures/, 'file.pictures'],
  [/^must be (whole|text in)|^must not declare|^must have equally many/, 'file.broken'],
  [/^must be readable/, 'file.complex'],
  [/^must have at most/, 'file.much'],
  [/^must be one of|^must be of Word 97/, 'file.kinds'],
  [/^must be a file, not empty/, 'file.empty'],
  [/^tracked changes/, 'warning.changes'],
  [/^embedded documents/, 'warning.embedded'],
  [/^hidden \w+ left out: (.+)/, 'warning.hidden'],
  [/^formulas without a stored result, left empty: (.+)/, 'warning.formulas'],
  [/^(\d+) damaged characters/, 'warning.damaged'],
  [/^pages that are scanned images, whose text is not read: (.+)/, 'warning.scanned'],
  [/^pages that are broken and were left out: (.+)/, 'warning.pages'],
  [/^characters that the fonts do not name, written as U\+FFFD: (.+)/, 'warning.unmapped'],
  [/^no text in it/, 'warning.empty'],
];

/** A message in the language of the page, or as it is if it is not known. @param {string} message */
export function said(message) {
  for (const [pattern, key] of KNOWN) {
    const match = message.match(pattern);
    if (match) return t(key, { what: match[1] ?? '' });
  }
  return message;
}
