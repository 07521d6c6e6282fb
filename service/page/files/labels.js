/** The six labels, a number's two values, and what links join. */

/** @type {Label[]} */
export const LABELS = ['TARGET', 'METRIC', 'NUMBER', 'UNIT', 'DEADLINE', 'DEPARTMENT'];

/** What the ids of a label's entities start with. @type {Record<Label, string>} */
export const PREFIX = { TARGET: 'T', METRIC: 'M', NUMBER: 'N', UNIT: 'U', DEADLINE: 'D', DEPARTMENT: 'R' };

/** What can be chosen for a span, in the order of the keys 1 to 7. @type {{kind: string, label: Label, value: Value | null}[]} */
export const KINDS = [
  { kind: 'TARGET', label: 'TARGET', value: null },
  { kind: 'METRIC', label: 'METRIC', value: null },
  { kind: 'PLANNED', label: 'NUMBER', value: 'target' },
  { kind: 'REPORTED', label: 'NUMBER', value: 'actual' },
  { kind: 'UNIT', label: 'UNIT', value: null },
  { kind: 'DEADLINE', label: 'DEADLINE', value: null },
  { kind: 'DEPARTMENT', label: 'DEPARTMENT', value: null },
];

/** The kind of an entity. @param {{label: Label, value?: Value | null}} entity */
export const kindOf = (entity) =>
  entity.label === 'NUMBER' ? (entity.value === 'actual' ? 'REPORTED' : 'PLANNED') : entity.label;

/** The roles of a record: the label that they take, and whether they take several. */
export const ROLES = [
  { role: 'target', label: 'TARGET', several: false },
  { role: 'metric', label: 'METRIC', several: false },
  { role: 'unit', label: 'UNIT', several: false },
  { role: 'deadline', label: 'DEADLINE', several: true },
  { role: 'department', label: 'DEPARTMENT', several: true },
];

/** What departments can be in a record. @type {Duty[]} */
export const DUTIES = ['lead', 'cooperate', 'responsible'];

/** Below this a span is worth a second look. */
export const UNSURE = 0.8;
