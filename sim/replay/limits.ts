import { ARGUMENTS_DEPTH_MAX, KEY_LENGTH_MAX } from '../plan/json-value.ts';

/** Limits of a replay file, checked before and while it is parsed. */
export const REPLAY_LIMITS = {
  fileBytes: 16 * 1024 * 1024,
  /** Levels of nested objects and lists. */
  depth: ARGUMENTS_DEPTH_MAX + 8,
  pathLength: 500,
  keyLength: KEY_LENGTH_MAX,
  textLength: 2000,
  choices: 100_000,
  packages: 1000,
  formerIds: 1000,
  /** As npm limits it, scope included. */
  packageNameLength: 214,
} as const;
