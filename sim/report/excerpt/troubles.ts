/** Which records show that something failed, apart from what always does. */
import type { CommandRecord, RunRecord } from '../../kernel/record.ts';
import { isTrouble } from './record-kinds.ts';

/** Number of connections from which on an error that each of them gets is routine. */
const CONNECTIONS_MIN = 2;

/** The code of an error of the server. */
const OF_SERVER = /^[A-Z]+$/;

export interface Troubles {
  has(record: RunRecord): boolean;
  /** Whether a command has taken effect, although its caller received an error or nothing. */
  hasEffect(record: RunRecord): boolean;
}

export function troublesIn(records: readonly RunRecord[]): Troubles {
  const commands = records.filter((record): record is CommandRecord => record.type === 'command');
  const failed = commands.filter(({ phase }) => phase === 'error' || phase === 'lost');
  const failedNumbers = new Set(failed.map(({ number }) => number));
  const routine = errorsOfAll(commands);
  const left = new Set(commands.filter(({ command }) => command === 'quit').map(({ connection }) => connection));
  const replaced = replacedIn(records);
  return {
    has: (record) => {
      if (record.type === 'command') return isTrouble(record) && !routine.has(errorOf(record));
      // The system closes its connections on purpose, unless it opens another one instead.
      if (record.type === 'redis' && record.phase === 'closed')
        return (record.by !== 'client' && !left.has(record.connection)) || replaced.has(record);
      return isTrouble(record);
    },
    hasEffect: (record) => record.type === 'command' && record.phase === 'applied' && failedNumbers.has(record.number),
  };
}

/** The first connection of each client of Redis that it closed and opened anew. */
function replacedIn(records: readonly RunRecord[]): ReadonlySet<RunRecord> {
  const closed = new Map<string, RunRecord>();
  const replaced = new Map<string, RunRecord>();
  for (const record of records) {
    if (record.type !== 'redis') continue;
    const [client = ''] = record.connection.split('#', 1);
    const before = closed.get(client);
    if (record.phase === 'closed' && record.by === 'client') closed.set(client, record);
    if (record.phase === 'opened' && before !== undefined && !replaced.has(client)) replaced.set(client, before);
  }
  return new Set(replaced.values());
}

/**
 * Errors with which the server answers a command on every connection that sends it, such as one
 * that it does not know. What fails while the server is away is not routine.
 */
function errorsOfAll(commands: readonly CommandRecord[]): ReadonlySet<string> {
  const senders = new Map<string, Set<string>>();
  const failed = new Map<string, Set<string>>();
  const add = (map: Map<string, Set<string>>, key: string, connection: string): void => {
    const known = map.get(key);
    if (known === undefined) map.set(key, new Set([connection]));
    else known.add(connection);
  };
  for (const record of commands) {
    const { command, key, phase, connection } = record;
    if (phase === 'sent') add(senders, `${command} ${key}`, connection);
    if (phase === 'error' && OF_SERVER.test(record.detail)) add(failed, errorOf(record), connection);
  }
  const all = [...failed].filter(([error, connections]) => {
    const [command = ''] = error.split('\n', 1);
    return connections.size >= CONNECTIONS_MIN && connections.size === senders.get(command)?.size;
  });
  return new Set(all.map(([error]) => error));
}

function errorOf({ command, key, detail }: CommandRecord): string {
  return `${command} ${key}\n${detail}`;
}
