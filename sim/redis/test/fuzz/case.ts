/** A case: a short sequence of commands, on one connection or interleaved among three. */

import { RESTORE_SETTINGS } from './settings.ts';

/** Strings of this folder have one character per byte (latin1). */
export type Bytes = string;

export interface Step {
  /** 0 to 2: the connection that sends the command. */
  readonly client: number;
  /** The command and its arguments. */
  readonly words: readonly Bytes[];
  /** How long both servers wait after the command. */
  readonly pauseMs?: number;
}

export interface Case {
  readonly group: string;
  readonly protocol: 2 | 3;
  /** Sent one by one, and all three connections are read after each step. */
  readonly isInterleaved: boolean;
  readonly steps: readonly Step[];
}

export const CLIENTS = 3;

/** A word that is replaced by the number that the server gave a client of an interleaved case. */
export const clientId = (client: number): Bytes => `<id ${client}>`;

/** Replaces `clientId(…)` by the numbers of a server. */
export function withClientIds(words: readonly Bytes[], ids: readonly (Bytes | number)[]): readonly Bytes[] {
  return words.map((word) => {
    const [, client] = /^<id (\d)>$/.exec(word) ?? [];
    return client === undefined ? word : String(ids[Number(client)] ?? word);
  });
}

/** A word that is replaced by the cursor that a client received last. */
export const LAST_CURSOR: Bytes = '<cursor>';

export function withCursor(words: readonly Bytes[], cursor: Bytes): readonly Bytes[] {
  return words.includes(LAST_CURSOR) ? words.map((word) => (word === LAST_CURSOR ? cursor : word)) : words;
}

/** How a case ended early: the server threw, hung, or closed the connection. */
export interface Outcome {
  /**
   * What each connection received after each step. A case that is not interleaved has one
   * connection, which receives one reply for each step.
   */
  readonly received: readonly (readonly Bytes[])[];
  /** Why the steps behind the last one of `received` were not run; null if all were. */
  readonly end: string | null;
}

/** A Redis under comparison. Each case starts with an empty server and new connections. */
export interface Subject {
  run(tested: Case): Promise<Outcome>;
  close(): Promise<void>;
}

/** Commands that empty a server for a case. */
export const PRELUDE: readonly (readonly Bytes[])[] = [RESTORE_SETTINGS, ['FLUSHALL'], ['SCRIPT', 'FLUSH']];
