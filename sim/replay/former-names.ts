/**
 * Verdicts of earlier versions and their current names. Replays of format version 1 are read with
 * this table.
 */

/** Verdicts of runs. They begin the signatures of their failures too. */
export const FORMER_RUN_VERDICTS: Readonly<Record<string, string>> = {
  harness: 'scenario-error',
};

/** The current name of a verdict; names that never changed are returned as they are. */
export function currentVerdict(name: string): string {
  return Object.hasOwn(FORMER_RUN_VERDICTS, name) ? (FORMER_RUN_VERDICTS[name] ?? name) : name;
}
