/**
 * Kinds of faults that were renamed. Replays of format version 1 are read with this table, and
 * scenarios may use the old names for one more version.
 */
export const FORMER_FAULTS: Readonly<Record<string, string>> = {
  'redis-deaf': 'redis-message-lost',
  'redis-silent': 'redis-stall',
  'redis-away': 'redis-down',
  'point-fail': 'failpoint-error',
  'point-delay': 'failpoint-delay',
};

/** The current name of a kind of fault; names that never changed are returned as they are. */
export function currentFaultName(name: string): string {
  return Object.hasOwn(FORMER_FAULTS, name) ? (FORMER_FAULTS[name] ?? name) : name;
}
