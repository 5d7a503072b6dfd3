/**
 * Folds records that look alike, such as a PUBLISH every 100 ms or a heartbeat, into one line with
 * their number.
 */
import type { RunRecord } from '../../kernel/record.ts';

/** Records that look alike, as one line of a report. */
export interface Folded {
  /** The first of them. */
  readonly record: RunRecord;
  /** All of them, oldest first. */
  readonly alike: readonly RunRecord[];
  /** Places of the first and the last of them among the records that were folded. */
  readonly firstIndex: number;
  readonly lastIndex: number;
}

/** A heartbeat may have a counter or a time. Longer texts are compared by their beginning. */
const NUMBERS = /\d+/g;
const TEXT_LENGTH_MAX = 300;

/**
 * The records, oldest first, with `countMin` or more that look alike as one. `isKept` tells which
 * records stay separate. If records that look alike differ in their numbers, the last one stays
 * separate.
 *
 * A fault that begins or ends, and a process that starts or ends, divide them: what happens again
 * after a crash is not a repetition.
 */
export function fold(
  records: readonly RunRecord[],
  isKept: (record: RunRecord) => boolean,
  countMin: number,
): Folded[] {
  const groups = new Map<string, number[]>();
  const together = new Map<string, number>();
  for (const record of records) {
    const key = `${record.step} ${lookOf(record)}`;
    together.set(key, (together.get(key) ?? 0) + 1);
  }
  const lastStep = records.at(-1)?.step;
  let divisions = 0;
  for (const [index, record] of records.entries()) {
    if (record.type === 'node' || (record.type === 'fault' && record.phase !== 'hit')) divisions += 1;
    const look = lookOf(record);
    // What is repeated in one step, as in a transaction, has no order to show.
    const isTogether = isOfConnection(record) && (together.get(`${record.step} ${look}`) ?? 0) > 1;
    const part = isTogether ? `step ${record.step}` : `${divisions}`;
    const isPlain = isTogether || (isOfAbsence(record) && record.step !== lastStep);
    const key = look === null || (isKept(record) && !isPlain) ? `${index}` : `${part} ${look}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  }
  const folded = [...groups.values()].flatMap((indices) =>
    parts(indices, records, isOneStep(indices, records) || isOfAbsence(records[indices[0] ?? 0]) ? 2 : countMin).map(
      (part) => foldedOf(part, records),
    ),
  );
  return folded.sort((left, right) => left.firstIndex - right.firstIndex);
}

function withoutNumbers(record: RunRecord): string {
  return textOf(record).slice(0, TEXT_LENGTH_MAX).replaceAll(NUMBERS, '#');
}

function isOneStep(indices: readonly number[], records: readonly RunRecord[]): boolean {
  const first = records[indices[0] ?? 0];
  return first !== undefined && isOfConnection(first) && indices.every((index) => records[index]?.step === first.step);
}

/** While Redis is away, connections are refused again and again, and commands are not sent. */
function isOfAbsence(record: RunRecord | undefined): boolean {
  if (record?.type === 'redis') return record.phase === 'refused';
  return record?.type === 'command' && record.phase === 'error' && record.detail === 'not sent';
}

/** What the end of a connection does to all that it carries, or a transaction to its keys. */
function isOfConnection(record: RunRecord): boolean {
  return record.type === 'command' || record.type === 'redis' || (record.type === 'frame' && record.phase === 'lost');
}

/** A group as the lines that it becomes. */
function parts(
  indices: readonly number[],
  records: readonly RunRecord[],
  countMin: number,
): readonly (readonly number[])[] {
  const texts = new Set(indices.map((index) => textOf(records[index])));
  const isSame = texts.size === 1;
  const together = isSame ? indices : indices.slice(0, -1);
  if (together.length < countMin) return indices.map((index) => [index]);
  return isSame ? [together] : [together, indices.slice(-1)];
}

function foldedOf(indices: readonly number[], records: readonly RunRecord[]): Folded {
  const firstIndex = indices[0] ?? 0;
  const alike = indices.map((index) => records[index] as RunRecord);
  return { record: records[firstIndex] as RunRecord, alike, firstIndex, lastIndex: indices.at(-1) ?? 0 };
}

/** The part of a record that may differ in its numbers. */
function textOf(record: RunRecord | undefined): string {
  if (record?.type === 'probe') return JSON.stringify(record.fields);
  return record?.type === 'frame' ? record.text : '';
}

/**
 * What a record has in common with its repetitions; null for one that never repeats. Operations do
 * not: the plan has each of them.
 */
export function lookOf(record: RunRecord): string | null {
  switch (record.type) {
    case 'command':
      // The next attempt is on another connection.
      if (isOfAbsence(record)) return look(record.node, record.command, record.key, record.phase, record.detail);
      return look(record.node, record.connection, record.command, record.key, record.phase, record.detail);
    case 'redis':
      if (record.phase === 'refused') return look(record.node, record.phase);
      return record.phase === 'closed' ? look(record.node, record.phase, record.by, record.step) : null;
    case 'timer':
      return look(record.node, record.label, record.owner, record.phase);
    case 'frame':
      return record.phase === 'refused'
        ? look(record.client, record.node, record.phase)
        : look(record.link, record.direction, record.kind, record.phase, withoutNumbers(record));
    case 'http':
      return look(record.client, record.node, record.direction, record.method, record.path, record.status);
    case 'fault':
      return record.phase === 'hit' ? look(record.id, record.kind, record.detail) : null;
    case 'probe':
      return record.name === 'sim.output' ? null : look(record.node, record.name, withoutNumbers(record));
    default:
      return null;
  }

  function look(...parts: readonly (string | number)[]): string {
    return JSON.stringify([record.type, ...parts]);
  }
}
