/** What a command does with the key that its record names. */
import { COMMANDS } from './command-table.ts';

/** True for `set` and `eval`; false for `get` and for commands on channels. */
export function writesKey(command: string): boolean {
  const flags = COMMANDS.get(command)?.flags ?? [];
  return !flags.includes('readonly') && !flags.includes('pubsub');
}

/** True for `publish` and `subscribe`: the key of their record is a channel. */
export function usesChannel(command: string): boolean {
  return COMMANDS.get(command)?.flags.includes('pubsub') === true;
}
