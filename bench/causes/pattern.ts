/** Describes one record of a run. */
import type { RunRecord } from '../../sim/kernel/record.ts';

/** Fields of a record with their values, or with what their text matches. */
export interface Pattern {
  readonly type: RunRecord['type'];
  readonly fields: Readonly<Record<string, string | RegExp>>;
  /** Which of the records that match. The last one by default. */
  readonly which?: 'first' | 'last' | undefined;
  /** Only records before the first one that matches this. */
  readonly before?: Pattern | undefined;
}

/** The record that a pattern describes; undefined if the run has none. */
export function recordOf(pattern: Pattern, records: readonly RunRecord[]): RunRecord | undefined {
  const { before, which = 'last' } = pattern;
  const end = before === undefined ? -1 : records.findIndex((record) => matches(before, record));
  const matching = records.slice(0, end < 0 ? records.length : end).filter((record) => matches(pattern, record));
  return which === 'first' ? matching[0] : matching.at(-1);
}

function matches({ type, fields }: Pattern, record: RunRecord): boolean {
  if (record.type !== type) return false;
  return Object.entries(fields).every(([name, expected]) => {
    const value = (record as unknown as Readonly<Record<string, unknown>>)[name];
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    return typeof expected === 'string' ? text === expected : expected.test(text);
  });
}

type Fields = Pattern['fields'];
type Place = Pick<Pattern, 'which' | 'before'>;

export const applied = (command: string, fields: Fields = {}, place: Place = {}): Pattern => ({
  type: 'command',
  fields: { command, phase: 'applied', ...fields },
  ...place,
});

export const failed = (command: string, place: Place = {}, fields: Fields = {}): Pattern => ({
  type: 'command',
  fields: { command, phase: 'error', ...fields },
  ...place,
});

export const received = (direction: 'up' | 'down', text: RegExp, place: Place = {}): Pattern => ({
  type: 'frame',
  fields: { direction, phase: 'delivered', kind: 'text', text },
  ...place,
});

export const hit = (kind: string): Pattern => ({ type: 'fault', fields: { kind, phase: 'hit' } });
