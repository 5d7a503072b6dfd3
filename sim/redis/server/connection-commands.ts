/** Commands about the connection on which they arrive. */
import { integer, SYNTAX, word } from '../model/command.ts';
import { errorText } from '../model/error-text.ts';
import { fail, OK, refuse, type Reply, Status } from '../model/reply.ts';
import { timeoutFromMs } from '../model/timeouts.ts';
import { selectSessions } from './client-kill.ts';
import { describeClient, selectListed } from './client-list.ts';
import type { ClientPause } from './client-pause.ts';
import type { BlockedCommands } from './blocked-commands.ts';
import type { RedisEngine } from './engine.ts';
import { selectIn } from './script-commands.ts';
import type { ServerPort } from './server-port.ts';
import type { Session } from './session.ts';
import type { Transactions } from './transactions.ts';

const NO_PASSWORD =
  'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?';

export class ConnectionCommands {
  readonly #port: ServerPort;
  readonly #engine: RedisEngine;
  readonly #transactions: Transactions;
  readonly #blocked: BlockedCommands;
  readonly #pause: ClientPause;

  constructor(
    port: ServerPort,
    engine: RedisEngine,
    transactions: Transactions,
    blocked: BlockedCommands,
    pause: ClientPause,
  ) {
    this.#pause = pause;
    this.#port = port;
    this.#engine = engine;
    this.#transactions = transactions;
    this.#blocked = blocked;
  }

  /** Returns undefined for commands that are not about the connection. */
  apply(session: Session, command: string, parameters: readonly string[]): Reply | undefined {
    switch (command) {
      case 'ping':
        return ping(session, parameters);
      case 'select':
        return selectIn(parameters[0], (database) => (session.state.database = database));
      case 'auth':
        return authenticate(parameters);
      case 'hello':
        return hello(session, parameters, session.state.server === this.#engine.master ? 'master' : 'replica');
      case 'client':
        return this.#client(session, parameters);
      case 'reset':
        this.#transactions.forget(session);
        session.state.reset();
        return new Status('RESET');
      case 'asking':
      case 'cluster':
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
        return this.#describe(session, session, [subcommand]);
      case 'LIST':
        return selectListed(this.#sessionsBeside(session), parameters)
          .map((listed) => this.#describe(listed, session, [subcommand, ...parameters]))
          .join('');
      case 'KILL':
        return this.#kill(session, parameters);
      case 'UNBLOCK':
        return this.#unblock(session, subcommand, parameters);
      case 'GETREDIR':
        return -1;
      case 'TRACKINGINFO':
        return ['flags', ['off'], 'redirect', -1, 'prefixes', []];
      case 'PAUSE':
        return this.#startPause(subcommand, parameters);
      case 'UNPAUSE':
        this.#pause.end();
        return OK;
      case 'NO-EVICT':
        return ['ON', 'OFF'].includes(word(parameters[0])) ? OK : fail(SYNTAX);
      case 'REPLY':
        return word(parameters[0]) === 'ON' ? OK : refuse('client reply');
      case 'TRACKING':
        return word(parameters[0]) === 'OFF' ? OK : refuse('client tracking');
      default:
        return refuse(`client ${subcommand.toLowerCase()}`);
    }
  }

  /** Returns the line of a connection about which `asking` asks with `CLIENT …`. */
  #describe(session: Session, asking: Session, parameters: readonly string[]): string {
    const words = session === asking ? ['client', ...parameters] : null;
    return `${describeClient(session, this.#engine.nowMs, words)}\n`;
  }

  #startPause(subcommand: string, [timeout, mode = 'ALL', ...rest]: readonly string[]): Reply {
    if (rest.length > 0) fail(tooManyFor(subcommand));
    const kind = word(mode);
    if (kind !== 'WRITE' && kind !== 'ALL') return fail('ERR CLIENT PAUSE mode must be WRITE or ALL');
    this.#pause.start(kind, timeoutFromMs(timeout));
    return OK;
  }

  /** Returns the connections to the same server. */
  #sessionsBeside({ state: { server } }: Session): readonly Session[] {
    return [...this.#port.sessions].filter(({ state }) => state.server === server);
  }

  /** `CLIENT KILL address`, or filters with a count as the reply. */
  #kill(session: Session, parameters: readonly string[]): Reply {
    const [address = ''] = parameters;
    const isOld = parameters.length === 1;
    const filters = isOld ? ['ADDR', address, 'SKIPME', 'NO'] : parameters;
    const found = selectSessions(this.#sessionsBeside(session), filters, session);
    if (isOld && found.length === 0) return fail('ERR No such client');
    for (const one of found) {
      // A client that kills its own connection gets the reply first.
      if (one === session) session.state.isEnding = true;
      else this.#port.kill(one);
    }
    return isOld ? OK : found.length;
  }

  #unblock(session: Session, subcommand: string, [id, how, ...rest]: readonly string[]): Reply {
    if (rest.length > 0) fail(tooManyFor(subcommand));
    if (how !== undefined && !['TIMEOUT', 'ERROR'].includes(word(how)))
      fail('ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR');
    const wanted = integer(id);
    const found = this.#sessionsBeside(session).find(({ state }) => state.id === wanted);
    return found !== undefined && this.#blocked.unblock(found, word(how) === 'ERROR') ? 1 : 0;
  }
}

/** Redis quotes the subcommand as the client spells it. */
function tooManyFor(subcommand: string): string {
  return errorText`ERR unknown subcommand or wrong number of arguments for '${subcommand}'. Try CLIENT HELP.`;
}

function ping({ state }: Session, parameters: readonly string[]): Reply {
  if (parameters.length > 1) fail("ERR wrong number of arguments for 'ping' command");
  if (state.isSubscriber && state.protocol === 2) return ['pong', parameters[0] ?? ''];
  return parameters[0] ?? new Status('PONG');
}

/** The only user is the default one, which needs no password, and takes any. */
function authenticate([user, ...password]: readonly string[]): Reply {
  if (password.length === 0) fail(NO_PASSWORD);
  if (password.length > 1) fail(SYNTAX);
  return user === 'default' ? OK : fail('WRONGPASS invalid username-password pair or user is disabled.');
}

function setName({ state }: Session, name: string): Reply {
  if (/[^!-~]/.test(name)) fail('ERR Client names cannot contain spaces, newlines or special characters.');
  state.name = name;
  return OK;
}

function hello(session: Session, [version, ...options]: readonly string[], role: 'master' | 'replica'): Reply {
  const { state } = session;
  const protocol =
    version === undefined ? state.protocol : integer(version, 'ERR Protocol version is not an integer or out of range');
  if (protocol !== 2 && (protocol !== 3 || state.protocolMax < 3)) fail('NOPROTO unsupported protocol version');
  for (let index = 0; index < options.length; index += 1) {
    const [option, rest] = [word(options[index]), options.slice(index + 1)];
    if (option === 'AUTH' && rest.length >= 2) authenticate(rest.slice(0, 2));
    else if (option === 'SETNAME' && rest.length >= 1) setName(session, rest[0] ?? '');
    else fail(errorText`ERR Syntax error in HELLO option '${options[index] ?? ''}'`);
    index += option === 'AUTH' ? 2 : 1;
  }
  state.protocol = protocol;
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
    role,
    'modules',
    [],
  ];
}
