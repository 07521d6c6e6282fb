/** Streams of the service, as their text arrives: server-sent events, and lines of JSON. */

/**
 * Takes a stream in pieces; calls back for each event with its name and data.
 * @param {(name: string, data: any) => void} onevent
 * @returns {(piece: string) => void}
 */
export const events = (onevent) => parts('\n\n', (part) => {
  const lines = part.split('\n');
  const data = lines.find((line) => line.startsWith('data: '));
  if (data) onevent(lines.find((line) => line.startsWith('event: '))?.slice(7) ?? '', JSON.parse(data.slice(6)));
});

/** Takes a stream in pieces; calls back for each line of JSON. @param {(value: any) => void} online */
export const lines = (online) => parts('\n', (part) => { if (part) online(JSON.parse(part)); });

/** @type {(mark: string, onpart: (part: string) => void) => (piece: string) => void} */
function parts(mark, onpart) {
  let rest = '';
  return (piece) => {
    const ended = (rest + piece).split(mark);
    rest = ended.pop() ?? '';
    ended.forEach(onpart);
  };
}
