/**
 * Names of the command line that are accepted for one more version, with today's names. A note on
 * stderr names the new one.
 */
export const FORMER_COMMANDS = {
  defects: 'mutants',
} as const;

/** Values of `--profile`. */
export const FORMER_PROFILES: ReadonlyMap<string, string> = new Map([['deploy', 'node']]);
