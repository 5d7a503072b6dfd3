/**
 * The few records that a person has to see to understand a failure. The simulator knows nothing of the system's meaning, so it goes by
 * names: what the failure's text mentions, and what belongs to the same client, node or key, counts; what faults did always counts.
 */
import type { RunRecord } from '../kernel/record.ts';
import { isPhase } from './record-line.ts';

export interface Moment {
  readonly step: number;
  readonly text: string;
}

export const EXCERPT_LINES = 12;
export const VERBOSE_LINES = 60;

/** So many lines are shown even if little is known of what matters. */
const LINES_MIN = 4;

/** So many of the last step's records are shown whatever they are: one of them is what was judged. */
const LAST_LINES = 3;

/** Of so many lines, at most so many are given to faults that lie further back. */
const FAULT_LINES = 4;

/** The last records before the failure that concern it, and those that it was seen at, oldest first. */
export function excerptOf(records: readonly RunRecord[], failure: Moment, lines = EXCERPT_LINES): RunRecord[] {
  const all = withoutEchoes(records).filter((record) => record.step <= failure.step);
  const last = lastOf(all);
  const before = all.filter((record) => last.has(record) || isWorthALine(record));
  const names = involvedNames(before, failure.text);
  const weights = before.map((record) => weightOf(record, names));
  const chosen = new Set<number>();
  const choose = (wanted: (index: number) => boolean, most: number): void => {
    for (let index = before.length - 1; index >= 0 && most > 0; index -= 1) {
      if (chosen.has(index) || !wanted(index)) continue;
      chosen.add(index);
      most -= 1;
    }
  };
  const isHit = (index: number): boolean => before[index]?.type === 'fault' && (weights[index] ?? 0) > 0;
  choose((index) => last.has(before[index] as RunRecord), LAST_LINES);
  choose(isHit, FAULT_LINES);
  choose((index) => (weights[index] ?? 0) >= 2, lines - chosen.size);
  choose((index) => (weights[index] ?? 0) >= 1, LINES_MIN - chosen.size);
  return [...chosen].sort((left, right) => left - right).flatMap((index) => before[index] ?? []);
}

function lastOf(records: readonly RunRecord[]): ReadonlySet<RunRecord> {
  const step = records.at(-1)?.step;
  return new Set(records.slice(-LAST_LINES).filter((record) => record.step === step));
}

/** Without the beginnings of faults that strike in the same step: their effect says it all. */
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

/** What is told twice (sent and delivered), and what beats all the time, takes the place of what matters. */
function isWorthALine(record: RunRecord): boolean {
  switch (record.type) {
    case 'frame':
      return record.phase !== 'sent' && record.kind !== 'ping' && record.kind !== 'pong';
    case 'command':
      return record.phase === 'lost' || record.phase === 'applied' || record.phase === 'error';
    case 'timer':
      return record.phase === 'fired';
    case 'fault':
      return !isPhase(record);
    default:
      return true;
  }
}

/** 0: unconcerned. 1: happens beside it. 2: concerns it. */
function weightOf(record: RunRecord, names: ReadonlySet<string>): 0 | 1 | 2 {
  const concerned = wordsOf(record).some((word) => names.has(word));
  switch (record.type) {
    case 'fault':
      return record.phase === 'ended' ? 0 : record.phase === 'hit' || concerned ? 2 : 1;
    case 'node':
      return record.process > 1 || record.phase === 'crashed' ? 2 : 0;
    case 'timer':
    case 'command':
      return concerned ? 2 : 0;
    case 'probe':
      return concerned || record.name.startsWith('sim.') ? 2 : 0;
    default:
      return concerned ? 2 : 1;
  }
}

/** Names that the text mentions; when it mentions nobody, everybody who is on the wire. */
function involvedNames(records: readonly RunRecord[], text: string): ReadonlySet<string> {
  const mentioned = new Set(splitWords(text));
  const known = new Set<string>();
  const actors = new Set<string>();
  for (const record of records) {
    if (record.type === 'frame') actors.add(record.client);
    for (const word of wordsOf(record)) if (mentioned.has(word)) known.add(word);
  }
  return known.size > 0 ? known : actors;
}

/** The names in a record: whole, and the parts of keys and labels such as `conn:client-2`. */
function wordsOf(record: RunRecord): string[] {
  switch (record.type) {
    case 'operation':
      return [record.actor, record.id];
    case 'frame':
      return [record.client, record.link];
    case 'command':
      return splitWords(record.key);
    case 'timer':
      return [...splitWords(record.label), ...splitWords(record.owner)];
    case 'node':
      return [];
    case 'fault':
      return [...splitWords(record.detail), ...splitWords(record.target)];
    case 'probe':
      return Object.values(record.fields).flatMap((value) => (typeof value === 'string' ? splitWords(value) : []));
  }
}

/** Numbers and short words would concern everything. */
function splitWords(text: string): string[] {
  const words = text.slice(0, 500).split(/[\s,;()"']+/);
  return words
    .flatMap((word) => [word, ...word.split(/[:/]/)])
    .filter((word) => word.length > 2 && /[a-z].*[-\d:#]|^[A-Z]/i.test(word));
}
