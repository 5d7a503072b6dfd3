/** Commands about the connection that they come on. */
import { DATABASES } from './engine.ts';
import { integer, word } from '../model/command.ts';
import { fail, OK, type Reply, Status } from '../model/reply.ts';
import type { Session } from './session.ts';

export interface ConnectionParts {
  readonly sessions: ReadonlySet<Session>;
  /** Takes what is said of the connection back: RESET. */
  readonly reset: (session: Session) => void;
  readonly kill: (session: Session) => void;
  /** Whether the client waited for something, and waits no more. */
  readonly unblock: (session: Session, isError: boolean) => boolean;
}

const NO_PASSWORD =
  'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?';

export class ConnectionCommands {
  readonly #parts: ConnectionParts;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  /** Undefined for every other command. */
  apply(session: Session, command: string, parameters: readonly string[]): Reply | undefined {
    switch (command) {
      case 'ping':
        return ping(session, parameters);
      case 'select':
        return select(session, parameters[0]);
      case 'auth':
        return parameters.length === 1
          ? fail(NO_PASSWORD)
          : fail('WRONGPASS invalid username-password pair or user is disabled.');
      case 'hello':
        return hello(session, parameters);
      case 'client':
        return this.#client(session, parameters);
      case 'reset':
        this.#parts.reset(session);
        return new Status('RESET');
      case 'readonly':
      case 'readwrite':
        return fail('ERR This instance has cluster support disabled');
      default:
        return undefined;
    }
  }

  #client(session: Session, [subcommand = '', ...parameters]: readonly string[]): Reply {
    switch (word(subcommand)) {
      case 'ID':
        return session.state.id;
      case 'GETNAME':
        return session.state.name === '' ? null : session.state.name;
      case 'SETNAME':
        return setName(session, parameters[0] ?? '');
      case 'INFO':
        return describe(session);
      case 'LIST':
        return [...this.#parts.sessions].map(describe).join('');
      case 'KILL':
        return this.#kill(session, parameters);
      case 'UNBLOCK':
        return this.#unblock(parameters);
      case 'SETINFO':
      case 'NO-EVICT':
      case 'NO-TOUCH':
        return OK;
      case 'CACHING':
      case 'PAUSE':
      case 'REPLY':
      case 'TRACKING':
      case 'UNPAUSE':
        return fail(`ERR 'client ${subcommand.toLowerCase()}' is not simulated`);
      default:
        return fail(`ERR unknown subcommand '${subcommand}'. Try CLIENT HELP.`);
    }
  }

  #find(id: string | undefined): Session | undefined {
    const wanted = integer(id, 'ERR client-id should be greater than 0');
    return [...this.#parts.sessions].find(({ state }) => state.id === wanted);
  }

  /** `ID n [SKIPME yes|no]`; other filters are not known. */
  #kill(session: Session, [filter, id, option, value]: readonly string[]): Reply {
    if (word(filter) !== 'ID') fail("ERR 'client kill' by anything but ID is not simulated");
    const found = this.#find(id);
    const skipsItself = word(option) !== 'SKIPME' || word(value) !== 'NO';
    if (found === undefined || (found === session && skipsItself)) return 0;
    // Whoever ends itself is told so first.
    if (found === session) session.state.isEnding = true;
    else this.#parts.kill(found);
    return 1;
  }

  #unblock([id, how]: readonly string[]): Reply {
    const found = this.#find(id);
    return found !== undefined && this.#parts.unblock(found, word(how) === 'ERROR') ? 1 : 0;
  }
}

function ping({ state }: Session, parameters: readonly string[]): Reply {
  if (parameters.length > 1) fail("ERR wrong number of arguments for 'ping' command");
  if (state.isSubscriber && state.protocol === 2) return ['pong', parameters[0] ?? ''];
  return parameters[0] ?? new Status('PONG');
}

function select({ state }: Session, index: string | undefined): Reply {
  const database = integer(index);
  if (database < 0 || database >= DATABASES) fail('ERR DB index is out of range');
  state.database = database;
  return OK;
}

function setName({ state }: Session, name: string): Reply {
  if (/[^!-~]/.test(name)) fail('ERR Client names cannot contain spaces, newlines or special characters.');
  state.name = name;
  return OK;
}

function hello({ state }: Session, [version, ...options]: readonly string[]): Reply {
  const asked =
    version === undefined ? state.protocol : integer(version, 'ERR Protocol version is not an integer or out of range');
  if (asked !== 2 && (asked !== 3 || state.protocolMax < 3)) fail('NOPROTO unsupported protocol version');
  state.protocol = asked;
  const nameAt = options.findIndex((option) => word(option) === 'SETNAME');
  if (nameAt >= 0) state.name = options[nameAt + 1] ?? '';
  return [
    'server',
    'redis',
    'version',
    '7.0.15',
    'proto',
    state.protocol,
    'id',
    state.id,
    'mode',
    'standalone',
    'role',
    'master',
    'modules',
    [],
  ];
}

/** A line of CLIENT LIST. */
function describe({ state, connection }: Session): string {
  const subscribed = `sub=${state.channels.size} psub=${state.patterns.size} ssub=${state.shards.size}`;
  const multi = state.transaction?.queue.length ?? -1;
  return `id=${state.id} addr=${connection} name=${state.name} flags=${flags(state)} db=${state.database} ${subscribed} multi=${multi}\n`;
}

/** A subscriber, a client that waits, one in a transaction; N for none of them. */
function flags({ isSubscriber, waiting, transaction }: Session['state']): string {
  const all = `${isSubscriber ? 'P' : ''}${transaction === null ? '' : 'x'}${waiting === null ? '' : 'b'}`;
  return all === '' ? 'N' : all;
}
