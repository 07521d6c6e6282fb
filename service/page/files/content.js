/** What was found in a document, with what is looked up in it again and again. */

/** @param {Entity[]} entities in reading order @param {ByHand} byHand @param {Rec[]} records @returns {Content} */
export function makeContent(entities, { links, duties }, records) {
  const byId = new Map(entities.map((entity) => [entity.id, entity]));
  /** @type {Map<string, Rec[]>} */
  const recordsOf = new Map();
  const recordByKey = new Map();
  for (const record of records) {
    recordByKey.set(keyOf(record), record);
    for (const id of membersOf(record)) {
      const held = recordsOf.get(id);
      if (held) held.push(record);
      else recordsOf.set(id, [record]);
    }
  }
  return { entities, links, duties, records, byId, recordsOf, recordByKey, rows: null };
}

/** @param {any} answer after ExtractAnswer @param {ByHand} [byHand] */
export const answeredContent = (answer, byHand = { links: [], duties: {} }) => makeContent(answer.entities, byHand, answer.records);

/** What tells a record from the others: the id of its number, or of its target if it has none. @param {Rec} record */
export const keyOf = (record) => record.number ?? record.target ?? '';

/** The ids of all that a record joins. @param {Rec} record @returns {string[]} */
export const membersOf = (record) =>
  /** @type {string[]} */ ([record.target, record.metric, record.number, record.unit, ...record.deadlines, ...record.departments].filter(Boolean));
