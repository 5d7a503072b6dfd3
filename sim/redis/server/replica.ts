/**
 * A server that was the master and now follows another one. Its connections stay open: commands
 * that read are answered, commands that write are refused.
 */
import { READ_ONLY_REPLICA } from './command-table.ts';
import type { RedisEngine } from './engine.ts';
import type { SentCommand } from './sent-command.ts';
import type { Session } from './session.ts';

/** The error of a blocked command whose server is demoted. Its connection is then closed. */
export const UNBLOCKED_BY_DEMOTION =
  'UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)';

/** Returns the error for a command that a replica does not apply; null when it does. */
export function refusalByReplica(engine: RedisEngine, { state }: Session, command: SentCommand): string | null {
  const { server, transaction } = state;
  if (server === engine.master) return null;
  const isWrite = ({ name, parameters }: SentCommand): boolean => engine.isWrite(name, parameters, server);
  const writes = command.name === 'exec' ? transaction?.queue.some(isWrite) === true : isWrite(command);
  return writes ? READ_ONLY_REPLICA : null;
}
