/**
 * Stamps records, folds them into the digest, keeps them, and passes each to the observer. A
 * detailed run keeps all records, any other run the last ones.
 */
import type { CausesOf } from './causes.ts';
import { Digest } from './digest.ts';
import type { Kernel } from './kernel.ts';
import type { PlacedText } from './placed-text.ts';
import { type PathOfCaller, RecordCode, type TextOfRecord } from './record-code.ts';
import type {
  CommandRecord,
  Fields,
  FrameRecord,
  HttpRecord,
  RedisRecord,
  NodeRecord,
  OperationRecord,
  ProcessExitFields,
  RunRecord,
  TimerRecord,
} from './record.ts';

/** Number of records kept of a run that is not detailed: enough to see what led to its end. */
const RING_SIZE = 256;

/** Number of printed texts kept, and the number of characters kept of each. */
export const PRINTED_MAX = 10_000;
const PRINTED_LENGTH_MAX = 4000;

/** A text written to the console. It is shown only: neither records, digest nor checkers see it. */
export interface Printed {
  /** Number of records before it. */
  readonly after: number;
  readonly step: number;
  readonly atMs: number;
  readonly who: string;
  readonly text: string;
}

/** A change of a table: names of functions, and the records of the code that iterates. */
interface Conflict {
  readonly table: string;
  readonly change: string;
  readonly iterating: readonly string[];
  readonly changing: readonly string[];
  readonly advanced: { readonly from: number; readonly until: number };
}

/** An operation of a plan. */
interface BegunOperation {
  readonly id: string;
  readonly actor: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** One process of a node. `other` is the scenario's second version of its system. */
export interface ProcessIdentity {
  readonly nodeName: string;
  readonly number: number;
  readonly version: 'current' | 'other';
}

export interface RecorderOptions {
  /** Keep every record, not only the last ones. */
  readonly keepAll: boolean;
  readonly observe: (record: RunRecord) => void;
  readonly pathOfCaller?: PathOfCaller | undefined;
}

export class Recorder {
  readonly #kernel: Kernel;
  readonly #digest = new Digest();
  readonly #options: RecorderOptions;
  /** Where records come from, oldest first. Empty unless all records are kept. */
  readonly code: RecordCode;
  /** What commands said and were answered, oldest first. Empty unless all records are kept. */
  readonly texts: TextOfRecord[] = [];
  readonly #kept: RunRecord[] = [];
  readonly #printed: Printed[] = [];
  #leftOut = 0;
  #written = 0;

  constructor(kernel: Kernel, options: RecorderOptions) {
    this.#kernel = kernel;
    this.#options = options;
    this.code = new RecordCode(options.keepAll ? options.pathOfCaller : undefined);
  }

  get digest(): string {
    return this.#digest.toString();
  }

  /** The records kept, oldest first. */
  kept(): readonly RunRecord[] {
    if (this.#options.keepAll || this.#written <= RING_SIZE) return this.#kept;
    const oldest = this.#written % RING_SIZE;
    return [...this.#kept.slice(oldest), ...this.#kept.slice(0, oldest)];
  }

  /** Number of records so far. */
  get count(): number {
    return this.#written;
  }

  /** Whether texts of commands are kept: others need not be made. */
  get keepsTexts(): boolean {
    return this.#options.keepAll;
  }

  /** The causes of each record that the kernel knows. Empty unless all records are kept. */
  get causes(): readonly CausesOf[] {
    return this.#kernel.causes?.ofRecords ?? [];
  }

  /** Oldest first. Empty unless all records are kept. */
  get printed(): readonly Printed[] {
    if (this.#printed.length > PRINTED_MAX) this.#dropPrinted();
    return this.#printed;
  }

  print(who: string, text: string): void {
    if (!this.#options.keepAll || this.#kernel.isSilent) return;
    const { step, nowMs: atMs } = this.#kernel;
    const shown = text.length <= PRINTED_LENGTH_MAX ? text : `${text.slice(0, PRINTED_LENGTH_MAX)}…`;
    this.#printed.push({ after: this.#written, step, atMs, who, text: shown });
    // Rarely, so that it takes constant time on average.
    if (this.#printed.length > 2 * PRINTED_MAX) this.#dropPrinted();
  }

  /** Returns the record, for the values that the operation will draw. */
  operationBegins({ id, actor, name, arguments: given }: BegunOperation): OperationRecord {
    const { step, nowMs: atMs } = this.#kernel;
    let record: OperationRecord = { type: 'operation', step, atMs, id, actor, name, phase: 'begin', detail: '' };
    if (Object.keys(given).length > 0) record = { ...record, arguments: given };
    this.#write(record);
    return record;
  }

  operation(id: string, actor: string, name: string, phase: OperationRecord['phase'], detail = ''): void {
    const { step, nowMs: atMs } = this.#kernel;
    this.#write({ type: 'operation', step, atMs, id, actor, name, phase, detail });
  }

  frame(
    wire: { readonly name: string; readonly client: string; readonly node: string },
    direction: FrameRecord['direction'],
    kind: FrameRecord['kind'],
    phase: FrameRecord['phase'],
    text = '',
    code = 0,
    reason = '',
  ): void {
    const { step, nowMs: atMs } = this.#kernel;
    const { name: link, client, node } = wire;
    const record = { type: 'frame', step, atMs, link, client, node, direction, kind, phase, text, code } as const;
    this.#write(reason === '' ? record : { ...record, reason });
  }

  http(
    wire: { readonly name: string; readonly client: string; readonly node: string },
    direction: HttpRecord['direction'],
    phase: HttpRecord['phase'],
    head: Pick<HttpRecord, 'method' | 'path' | 'status'>,
  ): void {
    const { step, nowMs: atMs } = this.#kernel;
    const { name: link, client, node } = wire;
    this.#write({ type: 'http', step, atMs, link, client, node, direction, phase, ...head });
  }

  command(
    sender: { readonly node: string; readonly connection: string },
    command: { readonly name: string; readonly key: string; readonly number: number },
    phase: CommandRecord['phase'],
    detail = '',
    text?: string,
  ): void {
    const { step, nowMs: atMs, isSilent } = this.#kernel;
    const { node, connection } = sender;
    if (text !== undefined && this.keepsTexts && !isSilent) this.texts.push({ record: this.#written, text });
    const { name, key, number } = command;
    this.#write({ type: 'command', step, atMs, node, connection, command: name, key, phase, detail, number });
  }

  /** A message of a channel reached a client. Kept by detailed runs; see `CommandRecord`. */
  message(receiver: { readonly node: string; readonly connection: string }, kind: string, channel: string): void {
    if (!this.#options.keepAll || this.#kernel.isSilent) return;
    const { step, nowMs: atMs } = this.#kernel;
    const { node, connection } = receiver;
    const record = { type: 'command', step, atMs, node, connection, command: kind, key: channel } as const;
    this.#keep({ ...record, phase: 'delivered', detail: '', number: 0 });
  }

  redis(
    { node, connection }: { readonly node: string; readonly connection: string },
    phase: RedisRecord['phase'],
    by: RedisRecord['by'] = '',
  ): void {
    const { step, nowMs: atMs } = this.#kernel;
    this.#write({ type: 'redis', step, atMs, node, connection, phase, by });
  }

  /** `place` is shown but not digested. */
  timer(
    node: string,
    {
      label,
      owner,
      place,
    }: { readonly label: string; readonly owner: string; readonly place?: PlacedText | undefined },
    phase: TimerRecord['phase'],
  ): void {
    const { step, nowMs: atMs } = this.#kernel;
    const record: TimerRecord = { type: 'timer', step, atMs, node, label, owner, phase };
    if (place === undefined) return this.#write(record);
    if (this.#options.keepAll && !this.#kernel.isSilent) this.code.places.push({ record: this.#written, place });
    this.#write(record, { type: 'timer', step, atMs, node, label, owner, phase, place: place.text });
  }

  node(
    { nodeName: node, number: process, version }: ProcessIdentity,
    phase: NodeRecord['phase'],
    exit?: ProcessExitFields,
    reason?: string,
  ): void {
    const { step, nowMs: atMs } = this.#kernel;
    let record: NodeRecord = { type: 'node', step, atMs, node, process, phase };
    if (version === 'other') record = { ...record, version };
    if (reason !== undefined) record = { ...record, reason };
    this.#write(exit === undefined ? record : { ...record, exit });
  }

  fault(id: string, kind: string, target: string, phase: 'begun' | 'hit' | 'ended', detail = ''): void {
    const { step, nowMs: atMs } = this.#kernel;
    this.#write({ type: 'fault', step, atMs, id, kind, target, phase, detail });
  }

  probe(node: string, process: number, name: string, fields: Fields): void {
    const { step, nowMs: atMs } = this.#kernel;
    this.#write({ type: 'probe', step, atMs, node, process, name, fields });
  }

  /** A change of a table during an iteration. Names of functions are shown but not digested. */
  tableConflict(
    { nodeName: node, number: process }: ProcessIdentity,
    { table, change, iterating, changing, advanced }: Conflict,
    detailed: boolean,
  ): void {
    const { step, nowMs: atMs, causes } = this.#kernel;
    const fields = { table, change };
    const names = detailed ? { iterating: iterating.join(' < '), changing: changing.join(' < ') } : {};
    const record = { type: 'probe', step, atMs, node, process, name: 'sim.table-conflict', fields } as const;
    this.#write(record, { ...record, fields: { ...fields, ...names } });
    causes?.also(advanced);
  }

  /** A warning of a process. `text` is of the engine, so it is shown but not digested. */
  warning({ nodeName: node, number: process }: ProcessIdentity, fields: Fields, text: string): void {
    const { step, nowMs: atMs } = this.#kernel;
    const record = { type: 'probe', step, atMs, node, process, name: 'sim.warning', fields } as const;
    this.#write(record, { ...record, fields: { ...fields, text } });
  }

  /**
   * A line that a process wrote. The digest does not include its text, which may contain texts of
   * the engine, such as the message of a TypeError.
   */
  output({ nodeName: node, number: process }: ProcessIdentity, stream: string, line: string): void {
    const { step, nowMs: atMs } = this.#kernel;
    const record = { type: 'probe', step, atMs, node, process, name: 'sim.output', fields: { stream } } as const;
    this.#write(record, { ...record, fields: { stream, line } });
  }

  /** Drops the oldest texts: those nearest to the end of a run explain it. */
  #dropPrinted(): void {
    const dropped = this.#printed.splice(0, this.#printed.length - PRINTED_MAX);
    const [first] = this.#printed;
    this.#leftOut += dropped.length;
    if (first === undefined) return;
    // The first text that is left becomes the note about the dropped ones.
    this.#printed[0] = { ...first, text: `… ${this.#leftOut + 1} earlier texts are left out` };
  }

  #write(canonical: RunRecord, shown: RunRecord = canonical): void {
    if (this.#kernel.isSilent) return;
    this.#digest.add(canonical);
    this.#keep(shown);
    this.#options.observe(shown);
  }

  #keep(record: RunRecord): void {
    if (this.#options.keepAll) {
      this.#kept.push(record);
      this.code.wrote(this.#written);
      this.#kernel.causes?.add(record);
    } else this.#kept[this.#written % RING_SIZE] = record;
    this.#written += 1;
  }
}
