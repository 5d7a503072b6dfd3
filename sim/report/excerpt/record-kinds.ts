/** Kinds of records by what they tell about a failure. */
import type { RunRecord } from '../../kernel/record.ts';

const ENDING: ReadonlySet<string> = new Set([
  'unsubscribe',
  'punsubscribe',
  'sunsubscribe',
  'del',
  'unlink',
  'getdel',
  'hdel',
  'srem',
  'zrem',
]);

export function isArrival(record: RunRecord): boolean {
  return record.type === 'frame' && record.phase !== 'sent';
}

/** What a client or the system does on purpose, other than to keep a connection alive. */
export function isSpecific(record: RunRecord): boolean {
  switch (record.type) {
    case 'frame':
      return record.kind !== 'ping' && record.kind !== 'pong';
    case 'operation':
    case 'http':
    case 'command':
      return true;
    default:
      return false;
  }
}

export function isTrouble(record: RunRecord): boolean {
  switch (record.type) {
    case 'command':
      return record.phase === 'error' || record.phase === 'lost';
    case 'redis':
      return record.phase === 'closed' || record.phase === 'refused';
    case 'frame':
      return record.phase === 'lost' || record.phase === 'refused';
    default:
      return false;
  }
}

/** The end of something: of a connection, a subscription, a key, a timer. */
export function isEnd(record: RunRecord): boolean {
  switch (record.type) {
    case 'frame':
      return record.kind === 'close' && record.phase !== 'sent';
    case 'command':
      return record.phase === 'applied' && ENDING.has(record.command);
    case 'timer':
      return record.phase === 'cancelled';
    default:
      return false;
  }
}

/**
 * A handshake shows as `open`, operations as the frames that they send, and the end of a connection
 * at its node.
 */
export function isConfirmation(record: RunRecord): boolean {
  switch (record.type) {
    case 'operation':
      return record.phase === 'ok' || record.phase === 'begin';
    case 'http':
      return record.status === 101;
    case 'frame':
      if (record.direction === 'up') return false;
      return record.kind === 'open' || record.phase === 'down';
    default:
      return false;
  }
}

/** What a system does without a client, and what the run does at its end. */
export function isBackground(record: RunRecord): boolean {
  switch (record.type) {
    case 'timer':
    case 'command':
    case 'redis':
      return true;
    case 'fault':
      return record.phase === 'ended';
    default:
      return false;
  }
}
