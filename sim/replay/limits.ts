/** What a replay file is held to before and while it is read. */
export const REPLAY_LIMITS = {
  fileBytes: 16 * 1024 * 1024,
  /** Of objects and lists inside each other. */
  depth: 32,
  nameLength: 100,
  pathLength: 500,
  keyLength: 300,
  textLength: 2000,
  choices: 100_000,
} as const;
