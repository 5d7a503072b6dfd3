/**
 * The cause of a failure that a mutant makes: the first record that differs from the run of
 * unmodified code on the same plan and choices.
 */
import type { RunRecord } from '../../sim/kernel/record.ts';
import { firstDifference } from '../../sim/search/first-difference.ts';
import type { RunReport } from '../../sim/search/job.ts';

export interface ComputedCause {
  readonly record: RunRecord;
  /** The first difference is that the mutant has left this record out: `record` led to it. */
  readonly missing: RunRecord | null;
  /** Records that explain the missing one as well as `record`. Empty if none is missing. */
  readonly others: readonly RunRecord[];
}

/**
 * Null if all records are the same. If the mutant only leaves a record out, what follows in its run
 * explains nothing: then the cause is the last record before it, common to both runs, that led to
 * it.
 *
 * A missing record is found by the place where it is missing. So each record that led directly to
 * it counts as well: one has resolved a promise, another one has waited for it. So does what the
 * same code has written just before: records of the same step with a cause in common.
 */
export function computedCause(mutant: RunReport, unmodified: RunReport): ComputedCause | null {
  const { records = [] } = mutant;
  const { records: expected = [], causes = [] } = unmodified;
  const difference = firstDifference(records, expected);
  if (difference === null) return null;
  const { index, left, right } = difference;
  const later = new Set(expected.slice(index).map(contentOf));
  if (left !== null && !later.has(contentOf(left))) return { record: left, missing: null, others: [] };
  const led = causes[index] ?? [];
  const record = records[Math.max(...led, -1)] ?? left ?? records.at(-1);
  if (record === undefined) return null;
  const others = records.slice(0, index).filter((other, position) => {
    const isOfStep = other.step === right?.step && (causes[position] ?? []).some((cause) => led.includes(cause));
    return other !== record && (led.includes(position) || isOfStep);
  });
  return { record, missing: right, others };
}

/** What a record says, whatever happened before it. */
function contentOf(record: RunRecord): string {
  const { step: _step, ...content } = record;
  return JSON.stringify(record.type === 'command' ? { ...content, number: 0 } : content);
}

/**
 * Whether two records are about the same message: a frame that is sent and arrives, or a command
 * and its reply. A report shows only one of them.
 */
export function isSameMessage(one: RunRecord, other: RunRecord): boolean {
  if (one === other) return true;
  if (one.type === 'command' && other.type === 'command') return one.number > 0 && one.number === other.number;
  if (one.type !== other.type || (one.type !== 'frame' && one.type !== 'http')) return false;
  return messageOf(one) === messageOf(other);
}

function messageOf(record: RunRecord): string {
  const { step: _step, atMs: _atMs, ...message } = record;
  return JSON.stringify({ ...message, phase: '' });
}
