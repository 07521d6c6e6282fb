/** The shapes that the page's modules pass around, for `tsc --checkJs`; nothing that runs needs this file. */

type Label = 'TARGET' | 'METRIC' | 'NUMBER' | 'UNIT' | 'DEADLINE' | 'DEPARTMENT';
type Value = 'target' | 'actual';
type View = 'start' | 'work' | 'overview';

interface Entity { id: string; label: Label; text: string; start: number; end: number; confidence: number; value?: Value | null }
type Duty = 'lead' | 'cooperate' | 'responsible';
interface Link { source: string; role: string; targets: string[] }
/** What a person set: links, and the duties of departments by their ids. */
interface ByHand { links: Link[]; duties: Record<string, Duty> }
interface Quantity {
  comparator: string | null; min: string | null; max: string | null; unit: string | null; relation: string | null;
  direction: string | null; base: string | null; per: string | null; reason: string | null;
}
interface Due { deadline: string; from: string | null; to: string | null; reason: string | null; anchor: { date: string } | null }
/** A record as the service answers it. */
interface Rec {
  target: string | null; metric: string | null; number: string | null; unit: string | null; deadlines: string[]; departments: string[];
  value: Value | null; quantity: Quantity | null; due: Due | null; dues: Due[];
  assigned: { department: string; name: string; role: Duty }[];
  progress: { against: string; ratio: string } | null;
}
/** What is looked up in it again and again (its maps and rows) is made when it is asked for; `stale` waits for its records. */
interface Content extends ByHand {
  entities: Entity[]; records: Rec[]; readonly byId: Map<string, Entity>; readonly recordsOf: Map<string, Rec[]>;
  readonly recordByKey: Map<string, Rec>; rows: Row[] | null; stale: boolean;
  /** Its records have come; those that are as before stay the same objects, so that a history of them is small. */
  relinked(records: Rec[]): void;
  /** Let go of what can be made again, while only the history holds it. */
  rest(): void;
}
interface Row {
  key: string; record: Rec; index: number; goal: boolean; target: string; metric: string; sign: string; value: string; sort: string | null;
  change: string; unit: string; planned: string; ratio: number | null; ceiling: boolean; against: number | null; deadline: string;
  due: string | null; dueReason: string | null; departments: { id: string; name: string; role: string }[]; confidence: number; start: number;
}
interface Doc {
  key: string; name: string; text: string; date: string | null; status: 'waiting' | 'working' | 'ready' | 'failed'; done: number | null; note: string;
  problem: { why: () => string; again: (() => void) | null } | null; stop: (() => void) | null; again: (() => void) | null; warnings: string[];
  past: Content[]; present: Content | null; future: Content[]; saved: Content | null;
}
interface State {
  documents: Doc[]; current: string | null; view: View; today: string; span: string | null; record: string | null;
  selection: { start: number; end: number } | null; hidden: Set<string>;
}
interface Filter { words: string; department: string; status: string; from: string; to: string; confidence: number }
/** How a request goes on: the share that was sent, the share that the model has read, seconds to wait for a busy service. */
interface Watch {
  signal?: AbortSignal; sent?: (share: number) => void; read?: (share: number) => void; waiting?: (seconds: number) => void;
}
/** A request: its body, what it accepts, whether a file is answered; `stream` makes what takes the answer in pieces. */
interface Sent extends Watch {
  body?: any; type?: string | null; accept?: string | null; blob?: boolean; stream?: (() => (piece: string) => void) | null;
}
interface PageSettings { jobs: boolean; training_data: boolean; text_limit: number; file_bytes: number }
/** A file on its way into a document; `alone` reads it by itself. */
interface Sending { doc: Doc; file: File; alone: () => void }
/** A job as the service tells it. */
interface JobTold { id: string; state: 'queued' | 'running' | 'done' | 'cancelled'; total: number; done: number; failed: number; seconds_left: number | null }
/** A job that is waited for; `docs` in its order, `received` counts those whose results have come. */
interface Job { id: string | null; docs: Doc[]; date: string | null; received: number; told: JobTold | null; note: string; abort: AbortController }
interface Cell { start: number; end: number }
type Block =
  | { kind: 'line'; start: number; end: number }
  | { kind: 'table'; start: number; end: number; rows: { start: number; end: number; cells: Cell[] }[]; widths: number[]; continued?: boolean };
/** What is planned, of a document, and how it stands. */
interface Goal { doc: Doc; row: Row; status: string }
/** A bar of a plot: its goals, their number by status, and the filter that shows them in the ledger. */
interface Bar {
  key: string; name: string; full: string; group?: string; label: string; goals: Goal[]; parts: Record<string, number>; filter: Partial<Filter>;
}
