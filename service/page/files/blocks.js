/** A text as lines and tables: what the document view draws. Offsets are those of JavaScript strings. */

const LONGEST = 3000;
const CHUNK = 4000;

/**
 * The blocks of a text in reading order. Two or more lines with cells between `|` or tabs are a table; a line that is very
 * long is cut after sentences, so that drawing it stays quick.
 * @param {string} text
 * @returns {Block[]}
 */
export function blocks(text) {
  /** @type {Block[]} */
  const found = [];
  /** @type {{start: number, end: number}[]} */
  let rows = [];
  const close = () => {
    if (rows.length > 1) found.push(table(text, rows));
    else for (const row of rows) found.push(...pieces(text, row.start, row.end));
    rows = [];
  };
  let separator = '';
  for (const { start, end } of lines(text)) {
    const own = separatorOf(text.slice(start, end));
    if (own !== separator) close();
    separator = own;
    if (own) rows.push({ start, end });
    else found.push(...pieces(text, start, end));
  }
  close();
  return found;
}

/** The lines of a text, without their breaks. @param {string} text */
function* lines(text) {
  for (const match of text.matchAll(/[^\r\n]+/g)) yield { start: match.index, end: match.index + match[0].length };
}

/** @param {string} line */
function separatorOf(line) {
  if (/[|｜]/.test(line) && line.split(/[|｜]/).length > 2) return '|';
  if (/ [|｜] /.test(line)) return '|';
  return line.trim().includes('\t') ? '\t' : '';
}

/** @param {string} text @param {{start: number, end: number}[]} rows @returns {Block} */
function table(text, rows) {
  const read = rows.map(({ start, end }) => ({ start, end, cells: cells(text, start, end) }));
  const columns = Math.max(...read.map((row) => row.cells.length));
  const widths = Array.from({ length: columns }, (_, column) => {
    const lengths = read.slice(0, 200).map((row) => (row.cells[column] ? row.cells[column].end - row.cells[column].start : 0));
    return Math.min(Math.max(4, ...lengths), 60) + 2;
  });
  return { kind: 'table', start: rows[0].start, end: rows[rows.length - 1].end, rows: read, widths };
}

/** The cells of a row, trimmed. @param {string} text @param {number} start @param {number} end */
function cells(text, start, end) {
  /** @type {Cell[]} */
  const found = [];
  const mark = /[|｜\t]/g;
  let from = start;
  const add = (/** @type {number} */ to) => {
    let first = from, last = to;
    while (first < last && /\s/.test(text[first])) first++;
    while (last > first && /\s/.test(text[last - 1])) last--;
    found.push({ start: first, end: last });
  };
  const line = text.slice(start, end);
  for (const match of line.matchAll(mark)) {
    add(start + match.index);
    from = start + match.index + 1;
  }
  add(end);
  // | at the edges of a row opens and closes it
  if (found.length > 2 && found[0].start === found[0].end && /^\s*[|｜]/.test(line)) found.shift();
  if (found.length > 2 && found[found.length - 1].start === found[found.length - 1].end && /[|｜]\s*$/.test(line)) found.pop();
  return found;
}

/** @param {string} text @param {number} start @param {number} end @returns {Block[]} */
function pieces(text, start, end) {
  if (!text.slice(start, end).trim()) return [];
  /** @type {Block[]} */
  const found = [];
  while (end - start > LONGEST) {
    let cut = Math.max(...['。', '；', '！', '？', '，'].map((mark) => text.lastIndexOf(mark, start + LONGEST - 1))) + 1;
    if (cut <= start + LONGEST / 4) cut = start + LONGEST;
    if (/[\uDC00-\uDFFF]/.test(text[cut])) cut--;
    found.push({ kind: 'line', start, end: cut });
    start = cut;
  }
  found.push({ kind: 'line', start, end });
  return found;
}

/**
 * Blocks in chunks that are drawn, or left undrawn, together; a long table goes over several.
 * @param {Block[]} all
 * @returns {Block[][]}
 */
export function chunks(all) {
  /** @type {Block[][]} */
  const found = [];
  /** @type {Block[]} */
  let open = [];
  let size = 0;
  for (const block of all.flatMap(split)) {
    if (open.length && size + block.end - block.start > CHUNK) {
      found.push(open);
      [open, size] = [[], 0];
    }
    open.push(block);
    size += block.end - block.start + 20;
  }
  if (open.length) found.push(open);
  return found;
}

/** @param {Block} block @returns {Block[]} */
function split(block) {
  if (block.kind === 'line' || block.rows.length <= 30) return [block];
  const parts = [];
  for (let at = 0; at < block.rows.length; at += 30) {
    const rows = block.rows.slice(at, at + 30);
    parts.push({ ...block, rows, start: rows[0].start, end: rows[rows.length - 1].end, continued: at > 0 });
  }
  return parts;
}
