/**
 * The few records that explain a failure. The simulator can't interpret the system's data, so it
 * selects by name: records that share a client, a key, or a timer's label or owner with the text of
 * the failure, and effects of faults. The name of a node selects only faults of that node and
 * probes that mention it.
 */
import type { RunRecord } from '../kernel/record.ts';
import { nameWords } from './name-words.ts';
import { isPhase } from './record-line.ts';

export interface Moment {
  readonly step: number;
  readonly text: string;
}

export const EXCERPT_LINES = 12;
export const VERBOSE_LINES = 60;

/** The number of lines to show even if fewer records concern the failure. */
const LINES_MIN = 4;

/**
 * The number of records of the last step that are always shown: the failure was detected at one.
 */
const LAST_LINES = 3;

/**
 * Of commands and timers that look alike, such as a PUBLISH every 100 ms, this number is preferred
 * to others. The rest only fills what is left.
 */
const ALIKE_LINES = 3;

/** The maximum number of lines for effects of faults. */
const FAULT_LINES = 4;

/**
 * The last records that concern the failure, and those at which it was detected, oldest first. At
 * most `lines` in total, unless effects of faults and the last step take more.
 */
export function excerptOf(records: readonly RunRecord[], failure: Moment, lines = EXCERPT_LINES): RunRecord[] {
  const all = withoutEchoes(records).filter((record) => record.step <= failure.step);
  const last = lastOf(all);
  const before = all.filter((record) => last.has(record) || isWorthALine(record));
  const names = involvedNames(before, failure.text);
  const weights = before.map((record) => weightOf(record, names));
  const chosen = new Set<number>();
  const choose = (matches: (index: number) => boolean, countMax: number): void => {
    for (let index = before.length - 1, left = countMax; index >= 0 && left > 0; index -= 1) {
      if (chosen.has(index) || !matches(index)) continue;
      chosen.add(index);
      left -= 1;
    }
  };
  const isHit = (index: number): boolean => before[index]?.type === 'fault' && (weights[index] ?? 0) > 0;
  choose((index) => last.has(before[index] as RunRecord), LAST_LINES);
  choose(isHit, FAULT_LINES);
  const concerns = (index: number): boolean => (weights[index] ?? 0) >= 2;
  const repeated = repeatedIn(before);
  choose((index) => concerns(index) && !repeated.has(index), lines - chosen.size);
  choose(concerns, lines - chosen.size);
  choose((index) => (weights[index] ?? 0) >= 1, LINES_MIN - chosen.size);
  return [...chosen].sort((left, right) => left - right).flatMap((index) => before[index] ?? []);
}

/** The indices of records after which `ALIKE_LINES` others follow that look alike. */
function repeatedIn(records: readonly RunRecord[]): ReadonlySet<number> {
  const counts = new Map<string, number>();
  const repeated = new Set<number>();
  for (let index = records.length - 1; index >= 0; index -= 1) {
    const look = lookOf(records[index]);
    if (look === null) continue;
    const count = (counts.get(look) ?? 0) + 1;
    counts.set(look, count);
    if (count > ALIKE_LINES) repeated.add(index);
  }
  return repeated;
}

/** What a command or a timer has in common with its repetitions; null for other records. */
function lookOf(record: RunRecord | undefined): string | null {
  if (record?.type === 'command')
    return JSON.stringify([record.node, record.command, record.key, record.phase, record.detail]);
  return record?.type === 'timer' ? JSON.stringify([record.node, record.label, record.owner]) : null;
}

function lastOf(records: readonly RunRecord[]): ReadonlySet<RunRecord> {
  const step = records.at(-1)?.step;
  return new Set(records.slice(-LAST_LINES).filter((record) => record.step === step));
}

/** Leaves out the beginning of a fault whose effect follows in the same step. */
export function withoutEchoes(records: readonly RunRecord[]): RunRecord[] {
  return records.filter((record, index) => {
    const next = records[index + 1];
    const isBeginning = record.type === 'fault' && record.phase === 'begun';
    return !(
      isBeginning &&
      next?.type === 'fault' &&
      next.phase === 'hit' &&
      next.id === record.id &&
      next.step === record.step
    );
  });
}

/** False for duplicates (a frame sent and delivered) and for routine traffic such as pings. */
function isWorthALine(record: RunRecord): boolean {
  switch (record.type) {
    case 'frame':
      return record.phase !== 'sent' && record.kind !== 'ping' && record.kind !== 'pong';
    case 'http':
      return record.phase === 'delivered';
    case 'command':
      return record.phase === 'lost' || record.phase === 'applied' || record.phase === 'error';
    case 'redis':
      return record.phase !== 'opened';
    case 'timer':
      return record.phase === 'fired';
    case 'fault':
      return !isPhase(record);
    default:
      return true;
  }
}

/** 0: unrelated. 1: context. 2: concerns the failure. */
function weightOf(record: RunRecord, names: ReadonlySet<string>): 0 | 1 | 2 {
  const concerned = wordsOf(record).some((word) => names.has(word));
  switch (record.type) {
    case 'fault':
      return record.phase === 'ended' ? 0 : record.phase === 'hit' || concerned ? 2 : 1;
    case 'node':
      return record.process > 1 || record.phase === 'crashed' ? 2 : 0;
    case 'redis':
      return concerned ? 2 : record.phase === 'ready' ? 0 : 1;
    case 'timer':
    case 'command':
      return concerned ? 2 : 0;
    case 'probe':
      if (record.name === 'sim.output') return concerned ? 2 : record.fields['stream'] === 'stderr' ? 1 : 0;
      if (record.name === 'sim.warning') return concerned ? 2 : 1;
      return concerned || record.name.startsWith('sim.') ? 2 : 0;
    default:
      return concerned ? 2 : 1;
  }
}

/** The names that the text mentions; if it mentions none, every client that has frames. */
function involvedNames(records: readonly RunRecord[], text: string): ReadonlySet<string> {
  const mentioned = new Set(nameWords(text));
  const names = new Set<string>();
  const clients = new Set<string>();
  for (const record of records) {
    if (record.type === 'frame') clients.add(record.client);
    for (const word of wordsOf(record)) if (mentioned.has(word)) names.add(word);
  }
  return names.size > 0 ? names : clients;
}

/** The names in a record, and the parts of keys and labels such as `conn:client-2`. */
function wordsOf(record: RunRecord): string[] {
  switch (record.type) {
    case 'operation':
      return [record.actor, record.id];
    case 'frame':
    case 'http':
      return [record.client, record.link];
    case 'command':
      return nameWords(record.key);
    case 'redis':
      return [record.connection];
    case 'timer':
      return [...nameWords(record.label), ...nameWords(record.owner)];
    case 'node':
      return [];
    case 'fault':
      return [...nameWords(record.detail), ...nameWords(record.target)];
    case 'probe':
      return Object.values(record.fields).flatMap((value) => (typeof value === 'string' ? nameWords(value) : []));
  }
}
