/**
 * A Redis client in the shape of `ioredis`, built on the parts of ioredis that need no connection.
 *
 * By default it queues nothing and sends nothing twice. Without a connection a command fails at
 * once, and when the connection breaks all commands in flight fail. On the next connection the
 * client subscribes to its channels again; messages published in between are lost. No command
 * settles within the call. redis.contract.test.ts compares it with the real client.
 */
import { EventEmitter } from 'node:events';
import type { Entry } from '../../kernel/heap.ts';
import type { Refuse } from '../../system/refused-members.ts';
import type { RedisClient, RedisOptions } from '../../system/types.ts';
import type { ClientContext } from '../transport/client-context.ts';
import { errorCode } from '../model/error-text.ts';
import { Confirmations } from '../model/reply.ts';
import type { Session } from '../server/session.ts';
import type { RedisReply } from '../server/sent-command.ts';
import { endTimeout, startTimeout } from './command-timeouts.ts';
import { Connection, CONNECTION_CLOSED, type ConnectionOwner } from './connection.ts';
import { decodeError, decodeReply, encodeCommand } from './conversions.ts';
import { asCallback, type Command, CommandClass, CommanderClass } from './ioredis-parts.ts';
import { clientOptions, type RedisClientOptions } from './options.ts';
import {
  abortError,
  type InFlight,
  type QueuedCommand,
  remove,
  removeIncompletePipelines,
  removeTransactionFragments,
} from './queues.ts';
import { Subscriptions } from './subscriptions.ts';
import { replyText } from '../transport/shown-texts.ts';

export interface RedisClientContext extends ClientContext {
  /** Creates another client of the same node, for `duplicate`. */
  readonly createClient: (options: RedisOptions) => RedisClient;
  readonly refuse: Refuse;
}

const NOT_WRITABLE = "Stream isn't writeable and enableOfflineQueue options is false";
const SUBSCRIBER_MODE = 'Connection in subscriber mode, only subscriber commands may be used';
const ALREADY = 'Redis is already connecting/connected';
const TIMED_OUT = 'Command timed out';

/** What the next connection restores of the one that broke. */
interface Previous {
  readonly database: number;
  readonly subscriptions: Subscriptions;
}

export class SimulatedRedisClient extends CommanderClass {
  readonly isCluster = false;
  override options: RedisClientOptions;
  readonly #context: RedisClientContext;
  readonly #connection: Connection;
  /** In the order in which they were sent on this connection, or on the last one. */
  #inFlight: InFlight[] = [];
  /** To be sent again on the next connection. */
  #unfulfilled: InFlight[] = [];
  #offline: QueuedCommand[] = [];
  #subscriptions = new Subscriptions();
  #previous: Previous | null = null;
  #database = 0;

  constructor(context: RedisClientContext, options: RedisOptions) {
    super();
    EventEmitter.call(this as never);
    this.#context = context;
    this.options = clientOptions(options);
    const owner: ConnectionOwner = {
      onAttempt: () => this.#onAttempt(),
      onReady: () => this.#onReady(),
      onLost: (wasReady) => this.#onLost(wasReady),
      onGivenUp: (session, error) => this.#flush(session, error),
    };
    this.#connection = new Connection({ ...context, options: this.options, emitter: this, owner });
    for (const [name, definition] of Object.entries(this.options.scripts ?? {}))
      this.defineCommand(name, { ...definition });
    if (!this.options.lazyConnect) this.#connection.open();
  }

  static refuseOf(client: SimulatedRedisClient): Refuse {
    return client.#context.refuse;
  }

  get status(): RedisClient['status'] {
    return this.#connection.status;
  }

  get mode(): 'normal' | 'subscriber' {
    return this.#subscriptions.isSubscriber ? 'subscriber' : 'normal';
  }

  connect(callback?: (error: Error | null) => void): Promise<void> {
    const connecting = new Promise<void>((resolve, reject) => {
      if (['connecting', 'connect', 'ready'].includes(this.status)) {
        reject(new Error(ALREADY));
        return;
      }
      const onReady = (): void => {
        this.removeListener('close', onClose);
        resolve();
      };
      const onClose = (): void => {
        this.removeListener('ready', onReady);
        reject(new Error(CONNECTION_CLOSED));
      };
      this.once('ready', onReady);
      this.once('close', onClose);
      this.#connection.open();
    });
    return asCallback(connecting, callback);
  }

  disconnect(reconnect = false): void {
    this.#connection.close(reconnect);
  }

  end(): void {
    this.disconnect();
  }

  duplicate(override: RedisOptions = {}): RedisClient {
    return this.#context.createClient({ ...this.options, ...override });
  }

  override sendCommand(command: Command): Promise<unknown> {
    if (this.status === 'wait') this.connect().catch(() => undefined);
    const refusal = this.#validate(command);
    if (refusal !== null) return this.#refuse(command, refusal);
    const { writable } = this.#connection;
    if (writable !== null && this.#send(writable, command)) this.#noteSelect(command);
    else if (!this.options.enableOfflineQueue) return this.#refuse(command, NOT_WRITABLE);
    else this.#enqueue(command);
    return command.promise;
  }

  /** Returns the error for a command that can be neither sent nor queued; null when valid. */
  #validate({ name }: Command): string | null {
    if (this.status === 'end') return CONNECTION_CLOSED;
    if (!this.#subscriptions.isSubscriber || CommandClass.checkFlag('VALID_IN_SUBSCRIBER_MODE', name)) return null;
    return SUBSCRIBER_MODE;
  }

  #refuse(command: Command, text: string): Promise<unknown> {
    const { recorder, transport, node, name: connection } = this.#context;
    const { name, key } = encodeCommand(command);
    recorder.command({ node, connection }, { name, key, number: transport.nextNumber() }, 'error', 'not sent');
    this.#later(0, () => this.#reject(command, new Error(text)));
    return command.promise;
  }

  /** Keeps a command until there is a connection. */
  #enqueue(command: Command): void {
    if (command.name === 'quit' && this.#offline.length === 0) {
      this.disconnect();
      this.#later(0, () => command.resolve('OK'));
      return;
    }
    this.#startTimeout(command, () => command.reject(new Error(TIMED_OUT)));
    this.#offline.push({ command, database: this.#database });
    this.#noteSelect(command);
  }

  /** Returns false when the connection turns out not to be writable. */
  #send(session: Session, command: Command): boolean {
    const { transport } = this.#context;
    // Decides whether a script's command is EVAL or EVALSHA: the server may have the script.
    if (command.toWritable !== CommandClass.prototype.toWritable) command.toWritable(session);
    const request = encodeCommand(command);
    if (transport.refuses(session, request)) return false;
    // In Node 20, a literal with a spread before new properties takes 15 times as long.
    const sent = Object.assign(request, {
      number: transport.nextNumber(),
      origin: transport.origin,
      settle: (reply: RedisReply) => this.#settle(session, item, reply),
    });
    const item: InFlight = { command, sent, database: this.#database, isSettled: false };
    this.#inFlight.push(item);
    // The server may still apply a command that has timed out.
    this.#startTimeout(command, () => this.#settle(session, item, { error: new Error(TIMED_OUT) }));
    if (sent.name === 'quit') this.#connection.isClosing = true;
    transport.send(session, sent);
    return true;
  }

  #noteSelect(command: Command): void {
    const database = command.name === 'select' ? Number(command.args[0]) : NaN;
    if (!Number.isInteger(database) || database === this.#database) return;
    this.#database = database;
    this.emit('select', database);
  }

  #settle(session: Session, item: InFlight, reply: RedisReply): void {
    const { command, sent } = item;
    const { recorder } = this.#context;
    const isTimeout = 'error' in reply && reply.error.message === TIMED_OUT;
    // Confirmations count even when the command has timed out.
    if ('value' in reply && reply.value instanceof Confirmations) this.#subscriptions.confirm(reply.value);
    // As in ioredis, a command that has timed out stays in flight and may be sent again.
    if (!isTimeout) remove(this.#inFlight, item);
    if (item.isSettled) return;
    item.isSettled = true;
    if ('error' in reply) {
      recorder.command(session, sent, 'error', errorCode(reply.error.message));
      if (isTimeout) this.#reject(command, reply.error);
      else this.#onError(item, reply.error);
      return;
    }
    const { value } = reply;
    recorder.command(session, sent, 'reply', '', recorder.keepsTexts ? replyText(value) : undefined);
    endTimeout(command);
    const isCount = value instanceof Confirmations;
    command.resolve(isCount ? (value.each.at(-1)?.[2] ?? 0) : decodeReply(value, command.replyEncoding === null));
  }

  /**
   * Handles an error reply. `reconnectOnError` may ask for a new connection and for a retry on it.
   */
  #onError({ command, database }: InFlight, error: Error): void {
    const rejection = decodeError(error, command);
    const { reconnectOnError } = this.options;
    const isAsked = !CommandClass.checkFlag('IGNORE_RECONNECT_ON_ERROR', command.name);
    const wanted = isAsked && reconnectOnError != null ? reconnectOnError(rejection) : false;
    if (wanted !== false && this.status !== 'reconnecting') this.disconnect(true);
    if (wanted === 2) this.#sendAgain({ command, database });
    else this.#reject(command, rejection);
  }

  #onAttempt(): void {
    this.#database = this.options.db;
    this.#subscriptions = new Subscriptions();
  }

  /** Restores the database and the subscriptions, and sends unfulfilled and queued commands. */
  #onReady(): void {
    const previous = this.#previous;
    this.#previous = null;
    this.#inFlight = [];
    if (previous !== null && previous.database !== this.#database) void this.select(previous.database);
    // As in ioredis, the rejection of these is unhandled when the connection breaks before they are
    // answered.
    if (previous?.subscriptions.isSubscriber === true && this.options.autoResubscribe) {
      const { subscriptions } = previous;
      const [channels, patterns] = [subscriptions.names('subscribe'), subscriptions.names('psubscribe')];
      if (channels.length > 0) void this.subscribe(channels);
      if (patterns.length > 0) void this.psubscribe(patterns);
      for (const shard of subscriptions.names('ssubscribe')) void this.ssubscribe(shard);
    }
    const unfulfilled = this.options.autoResendUnfulfilledCommands ? this.#unfulfilled : [];
    const offline = this.#offline;
    this.#unfulfilled = [];
    this.#offline = [];
    for (const item of [...unfulfilled, ...offline]) this.#sendAgain(item);
  }

  #sendAgain({ command, database }: QueuedCommand): void {
    if (database !== this.#database && command.name !== 'select') void this.select(database);
    void this.sendCommand(command);
  }

  #onLost(wasReady: boolean): void {
    for (const { command } of removeIncompletePipelines(this.#inFlight)) this.#reject(command, abortError(command));
    for (const { command } of removeTransactionFragments(this.#offline)) this.#reject(command, abortError(command));
    if (wasReady) {
      this.#previous ??= { database: this.#database, subscriptions: this.#subscriptions };
      this.#unfulfilled = this.#inFlight;
    }
    this.#subscriptions = new Subscriptions();
  }

  /** Fails all commands, queued or in flight. */
  #flush(session: Session | null, error: Error): void {
    const { recorder, node, name } = this.#context;
    for (const { command } of this.#offline.splice(0)) this.#reject(command, error);
    for (const item of this.#inFlight.splice(0)) {
      if (item.isSettled) continue;
      item.isSettled = true;
      recorder.command(session ?? { node, connection: name }, item.sent, 'error', errorCode(error.message));
      this.#reject(item.command, error);
    }
  }

  #reject(command: Command, error: Error): void {
    endTimeout(command);
    command.reject(error);
  }

  #startTimeout(command: Command, onTimeout: () => void): void {
    const { commandTimeout } = this.options;
    if (commandTimeout !== undefined)
      startTimeout(command, (callback) => this.#later(commandTimeout * 1000, callback), onTimeout);
  }

  #later(delayUs: number, callback: () => void): Entry {
    return this.#context.kernel.schedule(delayUs, this.#context.process, callback);
  }
}
