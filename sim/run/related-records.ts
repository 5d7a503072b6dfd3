/**
 * Causes that the records themselves show: a frame that arrives was sent, a reply answers a
 * command, a timer that is cancelled was started, a command finds what the last write to its key
 * has left.
 */
import type { CausesOf } from '../kernel/causes.ts';
import type { CommandRecord, RunRecord } from '../kernel/record.ts';
import { usesChannel, writesKey } from '../redis/server/command-uses.ts';

/** The causes of each record, with those that the records show. */
export function withRelated(records: readonly RunRecord[], causes: readonly CausesOf[]): CausesOf[] {
  // By what they have in common, the positions of records that others may continue.
  const open = new Map<string, number[]>();
  const writes = new Map<string, number>();
  return records.map((record, position) => {
    const known = [...(causes[position] ?? [])];
    const add = (cause: number | undefined): void => {
      if (cause !== undefined && !known.includes(cause)) known.push(cause);
    };
    const { begins, continues } = relationOf(record);
    const waiting = (continues === null ? undefined : open.get(continues.key)) ?? [];
    // Of several timers with one name, the kernel knows which one has fired.
    const related = continues?.isRepeated === true ? waiting.at(-1) : takeFirst(waiting, known);
    if (begins !== null) {
      const others = open.get(begins);
      if (others === undefined) open.set(begins, [position]);
      else others.push(position);
    }
    add(related);
    if (isDataCommand(record)) {
      add(writes.get(record.key));
      if (writesKey(record.command)) writes.set(record.key, position);
    }
    return known;
  });
}

function isDataCommand(record: RunRecord): record is CommandRecord {
  return record.type === 'command' && record.phase === 'applied' && record.key !== '' && !usesChannel(record.command);
}

/** Removes and returns the first position, or the one that is wanted. */
function takeFirst(waiting: number[], wanted: CausesOf): number | undefined {
  const index = waiting.findIndex((position) => wanted.includes(position));
  return waiting.splice(Math.max(0, index), 1)[0];
}

interface Relation {
  /** What later records may continue. */
  readonly begins: string | null;
  /** `isRepeated`: several records continue the last one. Otherwise each continues another one. */
  readonly continues: { readonly key: string; readonly isRepeated: boolean } | null;
}

function relationOf(record: RunRecord): Relation {
  switch (record.type) {
    case 'frame': {
      const key = keyOf(record.link, record.direction, record.kind, record.text, record.code);
      if (record.phase === 'sent') return { begins: key, continues: null };
      return { begins: null, continues: { key, isRepeated: false } };
    }
    case 'http': {
      const key = keyOf(record.link, record.direction, record.method, record.path, record.status);
      if (record.phase === 'sent') return { begins: key, continues: null };
      return { begins: null, continues: { key, isRepeated: false } };
    }
    case 'command': {
      const key = `command ${record.number}`;
      const isMessage = record.phase === 'delivered';
      const continues = record.phase === 'sent' || isMessage ? null : { key, isRepeated: true };
      return { begins: isMessage ? null : key, continues };
    }
    case 'timer': {
      const key = keyOf(record.node, record.label, record.owner);
      if (record.phase === 'started') return { begins: key, continues: null };
      return { begins: null, continues: { key, isRepeated: false } };
    }
    case 'operation': {
      const key = `operation ${record.id}`;
      if (record.phase === 'begin') return { begins: key, continues: null };
      return { begins: null, continues: { key, isRepeated: true } };
    }
    case 'fault': {
      const key = `fault ${record.id}`;
      if (record.phase === 'begun') return { begins: key, continues: null };
      return { begins: null, continues: { key, isRepeated: true } };
    }
    case 'redis': {
      const key = `redis ${record.connection}`;
      if (record.phase === 'opened') return { begins: key, continues: null };
      return { begins: null, continues: { key, isRepeated: true } };
    }
    case 'node':
    case 'probe':
      return { begins: null, continues: null };
  }

  function keyOf(...parts: readonly (string | number)[]): string {
    return JSON.stringify([record.type, ...parts]);
  }
}
