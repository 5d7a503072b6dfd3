import { ARGUMENTS_DEPTH_MAX, KEY_LENGTH_MAX } from '../plan/json-value.ts';

/** What a replay file is held to before and while it is read. */
export const REPLAY_LIMITS = {
  fileBytes: 16 * 1024 * 1024,
  /** Of objects and lists inside each other. */
  depth: ARGUMENTS_DEPTH_MAX + 8,
  pathLength: 500,
  keyLength: KEY_LENGTH_MAX,
  textLength: 2000,
  choices: 100_000,
} as const;
