/**
 * Stamps records, folds them into the digest, keeps the last of them (or all, when a run is looked at closely) and passes each on
 * to whoever judges.
 */
import { Digest } from './digest.ts';
import type { Kernel } from './kernel.ts';
import type {
  CommandRecord,
  Fields,
  FrameRecord,
  NodeRecord,
  OperationRecord,
  RunRecord,
  TimerRecord,
} from './record.ts';

/** Of a run that is not looked at closely, so many records are kept: enough to see what led to an end. */
const RING_SIZE = 256;

/** Of what a run prints, the last of so many texts are kept, and so much of each. */
const PRINTED_MAX = 10_000;
const PRINTED_LENGTH_MAX = 4000;

/** What somebody wrote to the console. It is for reading: it enters neither records nor digest, and nobody judges by it. */
export interface Printed {
  /** How many records there were before it. */
  readonly after: number;
  readonly step: number;
  readonly atMs: number;
  readonly who: string;
  readonly text: string;
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
}

export class Recorder {
  readonly #kernel: Kernel;
  readonly #digest = new Digest();
  readonly #options: RecorderOptions;
  readonly #kept: RunRecord[] = [];
  readonly #printed: Printed[] = [];
  #leftOut = 0;
  #written = 0;

  constructor(kernel: Kernel, options: RecorderOptions) {
    this.#kernel = kernel;
    this.#options = options;
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

  /** Oldest first; none unless all is kept. */
  get printed(): readonly Printed[] {
    if (this.#printed.length > PRINTED_MAX) this.#dropPrinted();
    return this.#printed;
  }

  print(who: string, text: string): void {
    if (!this.#options.keepAll) return;
    const { step, nowMs: atMs } = this.#kernel;
    const shown = text.length <= PRINTED_LENGTH_MAX ? text : `${text.slice(0, PRINTED_LENGTH_MAX)}…`;
    this.#printed.push({ after: this.#written, step, atMs, who, text: shown });
    // Now and then, so that it costs constant time on average.
    if (this.#printed.length > 2 * PRINTED_MAX) this.#dropPrinted();
  }

  /** Returns the record, for the values that the operation will draw. */
  operation(id: string, actor: string, name: string, phase: OperationRecord['phase'], detail = ''): OperationRecord {
    const { step, nowMs: atMs } = this.#kernel;
    const record: OperationRecord = { type: 'operation', step, atMs, id, actor, name, phase, detail };
    this.#write(record);
    return record;
  }

  frame(
    wire: { readonly name: string; readonly client: string; readonly node: string },
    direction: FrameRecord['direction'],
    kind: FrameRecord['kind'],
    phase: FrameRecord['phase'],
    text = '',
    code = 0,
  ): void {
    const { step, nowMs: atMs } = this.#kernel;
    const { name: link, client, node } = wire;
    this.#write({ type: 'frame', step, atMs, link, client, node, direction, kind, phase, text, code });
  }

  command(
    sender: { readonly node: string; readonly connection: string },
    command: { readonly name: string; readonly key: string; readonly number: number },
    phase: CommandRecord['phase'],
    detail = '',
  ): void {
    const { step, nowMs: atMs } = this.#kernel;
    const { node, connection } = sender;
    const { name, key, number } = command;
    this.#write({ type: 'command', step, atMs, node, connection, command: name, key, phase, detail, number });
  }

  timer(node: string, label: string, owner: string, phase: TimerRecord['phase']): void {
    const { step, nowMs: atMs } = this.#kernel;
    this.#write({ type: 'timer', step, atMs, node, label, owner, phase });
  }

  node({ nodeName: node, number: process, version }: ProcessIdentity, phase: NodeRecord['phase']): void {
    const { step, nowMs: atMs } = this.#kernel;
    this.#write({ type: 'node', step, atMs, node, process, phase, ...(version === 'other' ? { version } : {}) });
  }

  fault(id: string, kind: string, target: string, phase: 'begun' | 'hit' | 'ended', detail = ''): void {
    const { step, nowMs: atMs } = this.#kernel;
    this.#write({ type: 'fault', step, atMs, id, kind, target, phase, detail });
  }

  probe(node: string, process: number, name: string, fields: Fields): void {
    const { step, nowMs: atMs } = this.#kernel;
    this.#write({ type: 'probe', step, atMs, node, process, name, fields });
  }

  /** A change of a table under an iteration. The names of functions are for reading, and stay out of the digest. */
  tableConflict(node: string, process: number, fields: Fields, names: Fields): void {
    const { step, nowMs: atMs } = this.#kernel;
    const record = { type: 'probe', step, atMs, node, process, name: 'sim.table-conflict', fields } as const;
    this.#write(record, { ...record, fields: { ...fields, ...names } });
  }

  /** What is nearest to the end counts. */
  #dropPrinted(): void {
    const dropped = this.#printed.splice(0, this.#printed.length - PRINTED_MAX);
    const [first] = this.#printed;
    this.#leftOut += dropped.length;
    if (first === undefined) return;
    // In the place of the first that is left.
    this.#printed[0] = { ...first, text: `… ${this.#leftOut + 1} earlier texts are left out` };
  }

  #write(canonical: RunRecord, shown: RunRecord = canonical): void {
    this.#digest.add(canonical);
    if (this.#options.keepAll) this.#kept.push(shown);
    else this.#kept[this.#written % RING_SIZE] = shown;
    this.#written += 1;
    this.#options.observe(shown);
  }
}
