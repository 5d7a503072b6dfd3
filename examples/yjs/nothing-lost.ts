/**
 * What users rely on: a line that Redis has once had stays there, and a line that the server has
 * acknowledged is there when the system has settled. The server acknowledges a line before it
 * stores it, so a crash may lose the lines that were acknowledged and not stored. A graceful stop
 * may not. Lines of readers are never stored.
 */
import type { Checker, CheckerView, Property, RunRecord } from 'seedstorm';
import { linesOf } from './messages.ts';
import { lineOf } from './user.ts';

export const nothingLost: Property = {
  id: 'nothing-lost',
  kind: 'always',
  description: 'Acknowledged lines are stored, stored lines stay, and readers change nothing.',
  marks: ['a process ended with unstored lines', 'a crash may have lost a line', 'a line of a reader was ignored'],
  checker: (view) => new NothingLost(view),
};

type OperationRecord = Extract<RunRecord, { type: 'operation' }>;

class NothingLost implements Checker {
  readonly observes = ['operation', 'node', 'fault'] as const;
  readonly #view: CheckerView;
  /** Operations that have not ended. */
  readonly #begun = new Map<string, OperationRecord>();
  /** Those that a crash has met. What acknowledges them may have been sent before it. */
  readonly #met = new Set<string>();
  /** The document that each user has open. */
  readonly #documentOf = new Map<string, string>();
  /** Acknowledged and not yet seen in Redis, with the document. */
  readonly #unstored = new Map<string, string>();
  readonly #stored = new Map<string, ReadonlySet<string>>();
  readonly #values = new Map<string, unknown>();

  constructor(view: CheckerView) {
    this.#view = view;
  }

  observe(record: RunRecord): void {
    if (record.type === 'operation') this.#operation(record);
    else if (record.type === 'node' && (record.phase === 'crashed' || record.phase === 'stopped'))
      this.#ended(record.phase);
    else if (record.type === 'fault' && record.kind === 'settled') this.#settled();
  }

  #operation(record: OperationRecord): void {
    if (record.phase === 'begin') {
      this.#begun.set(record.id, record);
      return;
    }
    this.#readStore();
    const { actor, name, drawn = {} } = this.#begun.get(record.id) ?? record;
    this.#begun.delete(record.id);
    // An operation that failed may have opened the document: the provider retries.
    if (name === 'open') this.#documentOf.set(actor, String(drawn['document']));
    if (name !== 'write' || drawn['line'] === undefined) return;
    const line = lineOf(actor, Number(drawn['line']));
    if (actor.startsWith('reader-')) this.#view.mark('a line of a reader was ignored');
    else if (record.phase === 'ok' && !this.#met.has(record.id))
      this.#acknowledged(line, this.#documentOf.get(actor) ?? '');
  }

  #acknowledged(line: string, document: string): void {
    if (this.#stored.get(document)?.has(line) !== true) this.#unstored.set(line, document);
  }

  #ended(phase: string): void {
    this.#readStore();
    if (phase === 'crashed') for (const id of this.#begun.keys()) this.#met.add(id);
    if (this.#unstored.size === 0) return;
    this.#view.mark('a process ended with unstored lines');
    if (phase !== 'crashed') return;
    this.#view.mark('a crash may have lost a line');
    this.#unstored.clear();
  }

  #settled(): void {
    this.#readStore();
    for (const [line, document] of this.#unstored)
      this.#view.check(false, () => ({
        subject: 'acknowledged line',
        text: `${line} was acknowledged, and ${document} in Redis does not have it`,
      }));
  }

  #readStore(): void {
    for (const key of this.#view.ledger.redisKeys()) {
      const document = key.slice('yjs:document:'.length);
      const value = this.#view.ledger.redisValue(key);
      if (this.#values.get(document) === value) continue;
      this.#values.set(document, value);
      const lines = new Set(linesOf(this.#view.ledger.redisBytes(key)));
      for (const line of this.#stored.get(document) ?? [])
        this.#view.check(lines.has(line), () => ({
          subject: 'stored line',
          text: `Redis had ${line} in ${document}, and has it no longer`,
        }));
      for (const line of lines) {
        this.#unstored.delete(line);
        this.#view.check(!line.startsWith('reader-'), () => ({
          subject: 'reader',
          text: `${line} is stored, although its writer may only read`,
        }));
      }
      this.#stored.set(document, lines);
    }
  }
}
