/**
 * What the server does with a command that has arrived: it refuses the command, queues it in a
 * transaction, blocks on it, or applies it. The transport decides how commands and replies travel,
 * and which faults hit them.
 */
import { Confirmations, NotSimulatedError, OK, RedisError, refuse, type Reply, Wait } from '../model/reply.ts';
import { BlockedCommands } from './blocked-commands.ts';
import { Channels, countNames } from './channels.ts';
import { ClientPause } from './client-pause.ts';
import { hasFlag, infoFor } from './command-table.ts';
import { ConnectionCommands } from './connection-commands.ts';
import type { RedisEngine } from './engine.ts';
import { helpOf } from './command-help.ts';
import type { ClientCounts } from '../model/information/statistics.ts';
import { ExpiryCycle } from './notifications/expiry-cycle.ts';
import { Monitors } from './monitors.ts';
import { refusalByReplica, UNBLOCKED_BY_DEMOTION } from './replica.ts';
import { isScript, type SentCommand } from './sent-command.ts';
import type { ServerPort } from './server-port.ts';
import type { Session } from './session.ts';
import { Transactions } from './transactions.ts';

const SUBSCRIBER_COMMANDS: ReadonlySet<string> = new Set(
  'subscribe unsubscribe psubscribe punsubscribe ssubscribe sunsubscribe ping quit reset'.split(' '),
);

export class RedisServer {
  readonly #engine: RedisEngine;
  readonly #port: ServerPort;
  readonly #channels: Channels;
  readonly #connections: ConnectionCommands;
  readonly #transactions: Transactions;
  readonly #blocked: BlockedCommands;
  readonly #monitors: Monitors;
  readonly #pause: ClientPause;
  readonly #expiry: ExpiryCycle;
  /** The connection whose command is being applied. */
  #current: Session | null = null;
  #connectionCount = 0;

  constructor(engine: RedisEngine, port: ServerPort) {
    this.#engine = engine;
    this.#port = port;
    this.#channels = new Channels(port, engine);
    this.#monitors = new Monitors(port, engine);
    this.#transactions = new Transactions(engine);
    this.#blocked = new BlockedCommands(port, engine);
    this.#expiry = new ExpiryCycle(engine, {
      schedule: (delayMs, callback) => port.schedule(delayMs, callback),
      awaitsStream: () => this.#blocked.awaitsStream,
      serve: () => this.#blocked.serve(),
    });
    this.#pause = new ClientPause(port, () => engine.nowMs);
    this.#connections = new ConnectionCommands(port, engine, this.#transactions, this.#blocked, this.#pause);
  }

  /**
   * Called when a run begins: from then on the engine reports changed keys to this server, and
   * passes it what scripts publish.
   */
  begin(): void {
    this.#expiry.begin();
    this.#pause.begin();
    this.#engine.connect({
      onChange: (key, database) => this.#transactions.touch(key, database),
      onReady: (key, kind, database) => this.#blocked.ready(key, kind, database),
      onExpiry: (atMs) => this.#expiry.onExpiry(atMs),
      onNotSimulated: (what) => this.#onNotSimulated(what),
      clients: (isReplica) => this.#clients(isReplica),
      applyChannelCommand: (name, parameters, server) => this.#channels.publish(name, parameters, server),
      onScriptCommand: (database, server, spelling, parameters) =>
        this.#monitors.onScriptCommand(database, server, spelling, parameters),
      notify: (channel, text, isAt) => this.#channels.notify(channel, text, isAt),
    });
  }

  #clients(isReplica: boolean): ClientCounts {
    const { master } = this.#engine;
    const connected = [...this.#port.sessions].filter(({ state }) => (state.server !== master) === isReplica);
    const blocked = connected.filter(({ state }) => state.blocked !== null);
    return { connected: connected.length, blocked: blocked.length, ...countNames(connected) };
  }

  /** A connection to the master has been opened, after which the port lists it. */
  accept({ state }: Session): void {
    this.#connectionCount += 1;
    this.#engine.statistics.connections += 1;
    state.id = this.#connectionCount;
    state.server = this.#engine.master;
    state.connectedAtMs = this.#engine.nowMs;
    state.lastAtMs = state.connectedAtMs;
  }

  /** Another server becomes the master. Connections remain at the old one, except blocked ones. */
  demote(): void {
    this.#engine.demote();
    this.#blocked.disconnectAll(new RedisError(UNBLOCKED_BY_DEMOTION));
  }

  /** Keeps a command unread while the one before it on its connection is blocked or postponed. */
  holds(session: Session, command: SentCommand): boolean {
    return this.#pause.holds(session, command) || this.#blocked.holds(session, command);
  }

  /**
   * Reads a command. `injected` is the error of a fault that answers the command; null for none.
   */
  take(session: Session, command: SentCommand, injected: string | null): void {
    const { name, parameters } = command;
    const { state } = session;
    const known = infoFor(name, parameters[0])?.name ?? null;
    state.lastCommand = known ?? state.lastCommand;
    state.lastAtMs = this.#engine.nowMs;
    const error =
      injected ??
      this.#engine.validateCommand(name, parameters, command.spelling) ??
      refusalByReplica(this.#engine, session, command) ??
      validateForSubscriber(session, command) ??
      this.#validateForMonitor(session, command);
    if (error !== null) {
      this.#engine.statistics.reject(known, error);
      this.#port.refuse(session, command, this.#transactions.refuse(session, command, error));
      return;
    }
    if (this.#pause.postpones(session, command, () => this.#mayReplicate(session, command))) return;
    const queued = this.#transactions.queue(session, command);
    if (queued !== undefined) {
      this.#port.answer(session, command, queued);
      return;
    }
    const mayWait = canBlock(name);
    if (!mayWait) this.#port.onApply(session, command);
    const reply = this.#apply(session, command, known ?? name, mayWait);
    if (reply instanceof Wait) {
      this.#blocked.block(session, command, reply);
      if (this.#blocked.awaitsStream) this.#expiry.plan();
    } else {
      // A command that could have blocked counts as applied when it is answered.
      if (mayWait) this.#port.onApply(session, command);
      this.#port.answer(session, command, reply);
    }
    this.#show(session, command);
    this.#blocked.serve();
  }

  /** The server goes down. */
  stop(): void {
    this.#pause.end();
  }

  /** The connection is gone: drops its transaction, its watched keys and its blocked commands. */
  forget(session: Session): void {
    this.#transactions.forget(session);
    this.#blocked.forget(session);
    this.#monitors.forget(session);
    this.#pause.forget(session);
  }

  /** `counted` is the name under which the command counts, such as `client|id`. */
  #apply(session: Session, command: SentCommand, counted: string, mayWait: boolean): Reply | Confirmations | Wait {
    const { statistics } = this.#engine;
    const { errorCount } = statistics;
    const reply = this.#answerTo(session, command, mayWait);
    // One that blocks counts when it is answered.
    if (!(reply instanceof Wait)) statistics.apply(counted, reply, errorCount);
    return reply;
  }

  #answerTo(session: Session, command: SentCommand, mayWait: boolean): Reply | Confirmations | Wait {
    const { name, parameters } = command;
    const { state } = session;
    this.#current = session;
    if (name === 'quit') {
      state.isEnding = true;
      return OK;
    }
    if (name === 'reset') this.#monitors.forget(session);
    this.#show(session, command, true);
    const help = helpOf(name, parameters[0]);
    if (help !== null) return help;
    try {
      if (name === 'monitor') return this.#monitor(session);
      let reply: Reply | Confirmations | undefined = this.#channels.apply(session, name, parameters);
      if (reply === undefined) reply = this.#connections.apply(session, name, parameters);
      if (reply === undefined)
        reply = this.#transactions.apply(session, command, (queued) => this.#applyQueued(session, queued));
      // Null is a reply.
      if (reply !== undefined) return reply;
      const applied = this.#engine.apply(name, parameters, { database: state.database, mayWait, server: state.server });
      if (name === 'config') this.#expiry.plan();
      return applied;
    } catch (error) {
      if (!(error instanceof RedisError)) throw error;
      if (error instanceof NotSimulatedError) this.#onNotSimulated(error.what);
      return error;
    }
  }

  /** Commands that EXEC is about to apply count as its own. */
  #some({ state }: Session, command: SentCommand, holds: (command: SentCommand) => boolean): boolean {
    return holds(command) || (command.name === 'exec' && state.transaction?.queue.some(holds) === true);
  }

  #mayReplicate(session: Session, command: SentCommand): boolean {
    const { server } = session.state;
    return this.#some(session, command, ({ name, parameters }) => this.#engine.mayReplicate(name, parameters, server));
  }

  /** A real server takes a monitor for a replica. Returns null for a valid command. */
  #validateForMonitor(session: Session, command: SentCommand): string | null {
    if (!session.state.isMonitor) return null;
    const reads = ({ name, parameters }: SentCommand): boolean =>
      infoFor(name, parameters[0])?.flags.includes('readonly') === true;
    const isRefused = this.#mayReplicate(session, command) || this.#some(session, command, reads);
    return isRefused ? "ERR Replica can't interact with the keyspace" : null;
  }

  /** Only a client of the wire can read the lines. */
  #monitor(session: Session): Reply {
    if (session.state.protocolMax < 3) refuse('monitor');
    this.#monitors.add(session);
    return OK;
  }

  /** Shows a command to monitors: scripts before what they run, other commands afterwards. */
  #show(session: Session, { name, spelling, parameters }: SentCommand, isRunning = false): void {
    if (isScript(name) === isRunning && name !== 'quit') this.#monitors.onCommand(session, spelling, parameters);
  }

  #onNotSimulated(what: string): void {
    if (this.#current !== null) this.#port.onNotSimulated(this.#current, what);
  }

  /** Nothing blocks within a transaction. */
  #applyQueued(session: Session, command: SentCommand): Reply | Confirmations {
    this.#port.onApply(session, command);
    // Redis takes this one for a command that blocks, unlike SUBSCRIBE.
    if (command.name === 'ssubscribe' || command.name === 'monitor')
      return new RedisError(`ERR ${command.name.toUpperCase()} isn't allowed for a DENY BLOCKING client`);
    const { name, parameters } = command;
    const counted = infoFor(name, parameters[0])?.name ?? name;
    const reply = this.#apply(session, command, counted, false) as Reply | Confirmations;
    this.#show(session, command);
    return reply;
  }
}

function canBlock(name: string): boolean {
  return hasFlag(name, 'blocking') || name === 'wait';
}

/** Returns the error for a command that a subscriber may not send in version 2; null when valid. */
function validateForSubscriber({ state }: Session, { name, parameters }: SentCommand): string | null {
  if (!state.isSubscriber || state.protocol === 3 || SUBSCRIBER_COMMANDS.has(name)) return null;
  return `ERR Can't execute '${infoFor(name, parameters[0])?.name ?? name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`;
}
