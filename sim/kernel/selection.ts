/** A part of the records of a run, for people and programs that look at one. */
import type { RunRecord } from './record.ts';

export interface Selection {
  /** The first and the last step. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  /** Clients and nodes; `redis` for commands and connections of it. All by default. */
  readonly only?: readonly string[] | undefined;
}

/** Faults without a target, and the phases of the run, concern everything. */
export function isSelected(record: RunRecord, { from = 0, until = Infinity, only }: Selection): boolean {
  if (record.step < from || record.step > until) return false;
  if (only === undefined) return true;
  const names = namesOf(record);
  return names.length === 0 || names.some((name) => only.includes(name));
}

/** The names that records of the run have, sorted. */
export function namesIn(records: readonly RunRecord[]): readonly string[] {
  return [...new Set(records.flatMap(namesOf))].sort();
}

/** The clients and nodes that a record is about; `redis` for commands. None: it concerns all. */
export function namesOf(record: RunRecord): readonly string[] {
  switch (record.type) {
    case 'operation':
      return [record.actor];
    case 'frame':
    case 'http':
      return [record.client, record.node];
    case 'command':
    case 'redis':
      return [record.node, 'redis'];
    case 'fault':
      return record.target === '' || record.target === '*' ? [] : [record.target];
    default:
      return [record.node];
  }
}
