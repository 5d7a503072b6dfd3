/**
 * The Redis command that a client rejected with an error. Clients make such errors when a reply
 * arrives, so their stacks show the client's parser and not the call.
 */
import type { RunRecord } from '../kernel/record.ts';

export interface RejectedCommand {
  /** In lower case, as in records. */
  readonly name: string;
  readonly key: string;
}

/** The detail of a command that was never sent. Its errors have a text of the client. */
const NOT_SENT = 'not sent';

/** A client may reject in the next event. */
const STEPS_LATER_MAX = 1;

/**
 * The command, or null if the error is not one of a command that failed in this step or the one
 * before. `records`: the last ones of the run, oldest first.
 */
export function rejectedCommand(message: string, records: readonly RunRecord[], step: number): RejectedCommand | null {
  const [word = ''] = message.split(/[\s.:]/, 1);
  for (let index = records.length - 1; index >= 0; index -= 1) {
    const record = records[index];
    if (record === undefined || record.step < step - STEPS_LATER_MAX) return null;
    if (record.type !== 'command' || record.phase !== 'error') continue;
    if (record.detail === word || record.detail === NOT_SENT) return { name: record.command, key: record.key };
  }
  return null;
}
