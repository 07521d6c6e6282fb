/** Plots as SVG: stacked bars lying (by department) and standing (by month), each with its numbers as text. */

import { s } from './dom.js';

/**
 * Lying bars, the longest first.
 * @param {string} label what the plot shows, for those who do not see it
 * @param {Bar[]} bars @param {string[]} kinds the order of the parts
 * @param {(bar: Bar) => void} onpick
 */
export function lying(label, bars, kinds, onpick) {
  const width = 560, row = 30, left = 170, most = Math.max(1, ...bars.map((bar) => bar.goals.length));
  return s('svg', { viewBox: `0 0 ${width} ${Math.max(1, bars.length) * row}`, role: 'group', 'aria-label': label }, bars.map((bar, index) => {
    let x = left;
    const scale = (width - left - 46) / most;
    const parts = kinds.map((kind) => {
      const size = (bar.parts[kind] ?? 0) * scale;
      x += size;
      return size > 0 && s(`rect.s-${kind}`, { x: x - size, y: index * row + 6, width: Math.max(0, size - 1), height: row - 12, rx: 2 });
    });
    return pickable(bar, onpick, [s('rect.hit', { x: 0, y: index * row, width, height: row }), parts], [
      s('text.name', { x: left - 10, y: index * row + 20, 'text-anchor': 'end' }, cut(bar.name, 11)),
      s('text.amount', { x: x + 6, y: index * row + 20 }, String(bar.goals.length)),
    ]);
  }));
}

/**
 * Standing bars in the order given, with a line where today is.
 * @param {string} label @param {Bar[]} bars @param {string[]} kinds @param {(bar: Bar) => void} onpick
 * @param {{place: number, text: string}} today the place among the bars, with its fraction
 */
export function standing(label, bars, kinds, onpick, today) {
  const step = Math.max(34, Math.min(120, 1070 / Math.max(1, bars.length))), width = Math.max(1100, bars.length * step + 30), height = 260, floor = 214;
  const gap = Math.max(5, (step - 56) / 2);
  const most = Math.max(1, ...bars.map((bar) => bar.goals.length));
  const every = Math.ceil(46 / step);
  return s('svg', { viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': label },
    s('line.axis', { x1: 0, x2: width, y1: floor, y2: floor }),
    [s('line.now', { x1: 15 + today.place * step, x2: 15 + today.place * step, y1: 14, y2: floor }),
      s('text.now', { x: 15 + today.place * step, y: 11, 'text-anchor': 'middle' }, today.text)],
    bars.map((bar, index) => {
      const x = 15 + index * step;
      let y = floor;
      const parts = kinds.map((kind) => {
        const size = ((bar.parts[kind] ?? 0) / most) * (floor - 44);
        y -= size;
        return size > 0 && s(`rect.s-${kind}`, { x: x + gap, y, width: step - 2 * gap, height: Math.max(0, size - 1), rx: 2 });
      });
      return pickable(bar, onpick, [s('rect.hit', { x, y: 16, width: step, height: height - 16 }), parts], [
        bar.goals.length > 0 && s('text.amount', { x: x + step / 2, y: y - 6, 'text-anchor': 'middle' }, String(bar.goals.length)),
        index % every === 0 && s('text.name', { x: x + step / 2, y: floor + 18, 'text-anchor': 'middle' }, bar.name),
        bar.group && s('text.group', { x: x + step / 2, y: floor + 36, 'text-anchor': 'middle' }, bar.group),
      ]);
    }));
}

/** A bar that can be picked, and its words, which its label says in full. @type {(bar: Bar, onpick: (bar: Bar) => void, parts: any[], words: any[]) => any[]} */
function pickable(bar, onpick, parts, words) {
  const said = s('g.said', { 'aria-hidden': 'true' }, words);
  if (!bar.goals.length) return [said];
  return [s('g.bar', {
    role: 'button', tabindex: 0, 'data-focus': bar.key, 'aria-label': bar.label, onclick: () => onpick(bar),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); onpick(bar); }
    },
  }, s('title', null, bar.label), parts), said];
}

/** @param {string} text @param {number} most */
const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
