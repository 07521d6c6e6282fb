/** What was found in a document, as corrected so far. */

/** @implements {Content} */
class Found {
  /** @type {Row[] | null} */
  rows = null;
  stale = false;
  /** @type {ReturnType<typeof lookup> | null} */
  #lookup = null;

  /** @param {Entity[]} entities in reading order @param {ByHand} byHand @param {Rec[]} records */
  constructor(entities, { links, duties }, records) {
    this.entities = entities;
    this.links = links;
    this.duties = duties;
    this.records = records;
  }

  get byId() { return this.#looked().byId; }
  get recordsOf() { return this.#looked().recordsOf; }
  get recordByKey() { return this.#looked().recordByKey; }

  /** @param {Rec[]} records */
  relinked(records) {
    const known = this.recordByKey;
    const same = (/** @type {Rec} */ record, /** @type {Rec | undefined} */ old) => JSON.stringify(record) === JSON.stringify(old);
    this.records = records.map((record) => {
      const old = known.get(keyOf(record));
      return old && same(record, old) ? old : record;
    });
    this.stale = false;
    this.rest();
  }

  rest() {
    this.#lookup = null;
    this.rows = null;
  }

  #looked() {
    return (this.#lookup ??= lookup(this.entities, this.records));
  }
}

/** @param {Entity[]} entities @param {Rec[]} records */
function lookup(entities, records) {
  const byId = new Map(entities.map((entity) => [entity.id, entity]));
  /** @type {Map<string, Rec[]>} */
  const recordsOf = new Map();
  /** @type {Map<string, Rec>} */
  const recordByKey = new Map();
  for (const record of records) {
    recordByKey.set(keyOf(record), record);
    for (const id of membersOf(record)) {
      const held = recordsOf.get(id);
      if (held) held.push(record);
      else recordsOf.set(id, [record]);
    }
  }
  return { byId, recordsOf, recordByKey };
}

/** @param {Entity[]} entities in reading order @param {ByHand} byHand @param {Rec[]} records @returns {Content} */
export const makeContent = (entities, byHand, records) => new Found(entities, byHand, records);

/** @param {any} answer after ExtractAnswer @param {ByHand} [byHand] */
export const answeredContent = (answer, byHand = { links: [], duties: {} }) => makeContent(answer.entities, byHand, answer.records);

/** What tells a record from the others: the id of its number, or of its target if it has none. @param {Rec} record */
export const keyOf = (record) => record.number ?? record.target ?? '';

/** The ids of all that a record joins. @param {Rec} record @returns {string[]} */
export const membersOf = (record) =>
  /** @type {string[]} */ ([record.target, record.metric, record.number, record.unit, ...record.deadlines, ...record.departments].filter(Boolean));
