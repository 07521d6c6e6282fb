/** The shapes that the page's modules pass around, for `tsc --checkJs`; nothing that runs needs this file. */

type Label = 'TARGET' | 'METRIC' | 'NUMBER' | 'UNIT' | 'DEADLINE' | 'DEPARTMENT';
type Value = 'target' | 'actual';
type View = 'start' | 'work' | 'overview';

interface Entity { id: string; label: Label; text: string; start: number; end: number; confidence: number; value?: Value | null }
interface Link { source: string; role: string; targets: string[] }
interface Quantity {
  comparator: string | null; min: string | null; max: string | null; unit: string | null; relation: string | null;
  direction: string | null; base: string | null; per: string | null; reason: string | null;
}
interface Due { deadline: string; from: string | null; to: string | null; reason: string | null; anchor: { date: string } | null }
/** A record as the service answers it. */
interface Rec {
  target: string | null; metric: string | null; number: string | null; unit: string | null; deadlines: string[]; departments: string[];
  value: Value | null; quantity: Quantity | null; due: Due | null; dues: Due[];
  assigned: { department: string; name: string; role: 'lead' | 'cooperate' | 'responsible' }[];
  progress: { against: string; ratio: string } | null;
}
interface Content {
  entities: Entity[]; links: Link[]; records: Rec[]; byId: Map<string, Entity>; recordsOf: Map<string, Rec[]>;
  recordByKey: Map<string, Rec>; rows: Row[] | null; stale?: boolean;
}
interface Row {
  key: string; record: Rec; index: number; goal: boolean; target: string; metric: string; sign: string; value: string; sort: string | null;
  change: string; unit: string; planned: string; ratio: number | null; ceiling: boolean; against: number | null; deadline: string;
  due: string | null; dueReason: string | null; departments: { id: string; name: string; role: string }[]; confidence: number; start: number;
}
interface Doc {
  key: string; name: string; text: string; date: string | null; status: 'waiting' | 'working' | 'ready' | 'failed'; done: number; note: string;
  problem: { text: string; again: (() => void) | null } | null; warnings: string[];
  past: Content[]; present: Content | null; future: Content[]; saved: Content | null;
}
interface State {
  documents: Doc[]; current: string | null; view: View; today: string; span: string | null; record: string | null;
  selection: { start: number; end: number } | null; hidden: Set<string>;
}
interface Filter { words: string; department: string; status: string; from: string; to: string; confidence: number }
interface Watch { signal?: AbortSignal; sent?: (share: number) => void; waiting?: (seconds: number) => void }
interface PageSettings { training_data: boolean; text_limit: number; file_bytes: number }
interface Cell { start: number; end: number }
type Block =
  | { kind: 'line'; start: number; end: number }
  | { kind: 'table'; start: number; end: number; rows: { start: number; end: number; cells: Cell[] }[]; widths: number[]; continued?: boolean };
interface Bar { key: string; name: string; parts: Record<string, number>; label: string; group?: string; full?: string }
