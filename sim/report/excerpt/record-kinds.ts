/** Kinds of records by what they tell about a failure. */
import type { RunRecord } from '../../kernel/record.ts';

const ENDING: ReadonlySet<string> = new Set(['unsubscribe', 'punsubscribe', 'sunsubscribe', 'del', 'unlink', 'getdel']);

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

/** A handshake shows as `open`, and operations as the frames that they send. */
export function isConfirmation(record: RunRecord): boolean {
  switch (record.type) {
    case 'operation':
      return record.phase === 'ok' || record.phase === 'begin';
    case 'http':
      return record.status === 101;
    case 'frame':
      return record.kind === 'open' && record.direction === 'down';
    default:
      return false;
  }
}
