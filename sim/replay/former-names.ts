/**
 * Names of earlier versions and what they are called now. Replays of format version 1 are read with
 * this table, and scenarios may still use the old names of faults.
 */
export const FORMER_FAULTS: Readonly<Record<string, string>> = {
  'redis-deaf': 'redis-message-lost',
  'redis-silent': 'redis-stall',
  'redis-away': 'redis-down',
  'point-fail': 'failpoint-error',
  'point-delay': 'failpoint-delay',
};

/** Verdicts of runs. They begin the signatures of their failures too. */
export const FORMER_RUN_VERDICTS: Readonly<Record<string, string>> = {
  harness: 'scenario-error',
};

/** The name of today; names that never changed are returned as they are. */
export function currentName(former: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(former, name) ? (former[name] ?? name) : name;
}
