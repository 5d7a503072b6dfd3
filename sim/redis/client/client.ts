/**
 * A Redis client in the shape of `ioredis`, and made of its parts where they know no connection.
 * Unless the options say otherwise it queues nothing and sends nothing twice: without a connection
 * a command fails at once, and when the connection breaks all commands in flight fail. When there
 * is one again, the client subscribes to its channels again; what was published meanwhile is gone.
 * No command is ever answered inside the call that asks. What it shares with the real client is
 * held by redis.contract.test.ts.
 */
import { EventEmitter } from 'node:events';
import type { Entry } from '../../kernel/heap.ts';
import type { RedisClient, RedisOptions } from '../../system/types.ts';
import type { ClientContext } from '../transport/client-context.ts';
import { Confirmations } from '../model/reply.ts';
import type { Session } from '../server/session.ts';
import type { RedisReply } from '../server/sent-command.ts';
import { Connection, CONNECTION_CLOSED } from './connection.ts';
import { asCallback, type Command, CommandClass, CommanderClass } from './ioredis-parts.ts';
import { clientOptions, type RedisClientOptions } from './options.ts';
import {
  abortError,
  type InFlight,
  type Item,
  remove,
  takeIncompletePipelines,
  takeTransactionFragments,
} from './queues.ts';
import { Subscriptions } from './subscriptions.ts';
import { endLimit, limit } from './time-limits.ts';
import { errorOf, textOf, valueOf } from './values.ts';

export interface RedisClientParts extends ClientContext {
  /** For `duplicate`: another client of the same node. */
  readonly another: (options: RedisOptions) => RedisClient;
}

const NOT_WRITABLE = "Stream isn't writeable and enableOfflineQueue options is false";
const SUBSCRIBER_MODE = 'Connection in subscriber mode, only subscriber commands may be used';
const ALREADY = 'Redis is already connecting/connected';
const TIMED_OUT = 'Command timed out';

/** What is kept of a connection that is gone, for the one after it. */
interface Before {
  readonly select: number;
  readonly subscriptions: Subscriptions;
}

export class SimulatedRedisClient extends CommanderClass {
  readonly isCluster = false;
  override options: RedisClientOptions;
  readonly #parts: RedisClientParts;
  readonly #connection: Connection;
  /** In the order in which they were sent on this connection, or on the last one. */
  #inFlight: InFlight[] = [];
  /** To be sent again on the next connection. */
  #unfulfilled: InFlight[] = [];
  #offline: Item[] = [];
  #subscriptions = new Subscriptions();
  #before: Before | null = null;
  #database = 0;

  constructor(parts: RedisClientParts, given: RedisOptions) {
    super();
    EventEmitter.call(this as never);
    this.#parts = parts;
    this.options = clientOptions(given);
    this.#connection = new Connection({
      ...parts,
      options: this.options,
      emitter: this,
      onAttempt: () => this.#onAttempt(),
      onReady: () => this.#onReady(),
      onLost: (wasReady) => this.#onLost(wasReady),
      onGivenUp: (session, error) => this.#flush(session, error),
    });
    for (const [name, definition] of Object.entries(this.options.scripts ?? {}))
      this.defineCommand(name, { ...definition });
    if (!this.options.lazyConnect) this.#connection.open();
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
    return this.#parts.another({ ...this.options, ...override });
  }

  override sendCommand(command: Command): Promise<unknown> {
    if (this.status === 'wait') this.connect().catch(() => undefined);
    const refusal = this.#refusal(command);
    if (refusal !== null) return this.#refuse(command, refusal);
    const { writable } = this.#connection;
    if (writable !== null && this.#send(writable, command)) this.#noteSelect(command);
    else if (!this.options.enableOfflineQueue) return this.#refuse(command, NOT_WRITABLE);
    else this.#keep(command);
    return command.promise;
  }

  /** Why a command is not even kept; null when it is. */
  #refusal({ name }: Command): string | null {
    if (this.status === 'end') return CONNECTION_CLOSED;
    if (!this.#subscriptions.isSubscriber || CommandClass.checkFlag('VALID_IN_SUBSCRIBER_MODE', name)) return null;
    return SUBSCRIBER_MODE;
  }

  #refuse(command: Command, why: string): Promise<unknown> {
    const { recorder, transport, node, name: connection } = this.#parts;
    const { name, key } = textOf(command);
    recorder.command({ node, connection }, { name, key, number: transport.nextNumber() }, 'error', 'not sent');
    this.#later(0, () => this.#reject(command, new Error(why)));
    return command.promise;
  }

  /** Until there is a connection. */
  #keep(command: Command): void {
    if (command.name === 'quit' && this.#offline.length === 0) {
      this.disconnect();
      this.#later(0, () => command.resolve('OK'));
      return;
    }
    this.#limit(command, () => command.reject(new Error(TIMED_OUT)));
    this.#offline.push({ command, select: this.#database });
    this.#noteSelect(command);
  }

  /** False when the connection turns out not to take it. */
  #send(session: Session, command: Command): boolean {
    const { transport } = this.#parts;
    // A script's command finds out here whether this connection has it already.
    if (command.toWritable !== CommandClass.prototype.toWritable) command.toWritable(session);
    const text = textOf(command);
    if (transport.refuses(session, text)) return false;
    const sent = {
      ...text,
      number: transport.nextNumber(),
      settle: (reply: RedisReply) => this.#settle(session, item, reply),
    };
    const item: InFlight = { command, sent, select: this.#database, isOver: false };
    this.#inFlight.push(item);
    // It may be applied all the same.
    this.#limit(command, () => this.#settle(session, item, { error: new Error(TIMED_OUT) }));
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
    const { recorder } = this.#parts;
    const isTimeout = 'error' in reply && reply.error.message === TIMED_OUT;
    // What was subscribed to stands, also when nobody waits for the answer any more.
    if ('value' in reply && reply.value instanceof Confirmations) this.#subscriptions.confirm(reply.value);
    // As in ioredis, what has timed out is still in flight, and may be sent again.
    if (!isTimeout) remove(this.#inFlight, item);
    if (item.isOver) return;
    item.isOver = true;
    if ('error' in reply) {
      recorder.command(session, sent, 'error', reply.error.message.split(' ', 1)[0]);
      if (isTimeout) this.#reject(command, reply.error);
      else this.#onError(item, reply.error);
      return;
    }
    recorder.command(session, sent, 'reply');
    endLimit(command);
    const { value } = reply;
    const isCount = value instanceof Confirmations;
    command.resolve(isCount ? (value.each.at(-1)?.[2] ?? 0) : valueOf(value, command.replyEncoding === null));
  }

  /**
   * The server answered by an error: the options may want another connection for it, and the
   * command sent again.
   */
  #onError({ command, select }: InFlight, error: Error): void {
    const rejection = errorOf(error, command);
    const { reconnectOnError } = this.options;
    const isAsked = !CommandClass.checkFlag('IGNORE_RECONNECT_ON_ERROR', command.name);
    const wanted = isAsked && reconnectOnError != null ? reconnectOnError(rejection) : false;
    if (wanted !== false && this.status !== 'reconnecting') this.disconnect(true);
    if (wanted === 2) this.#sendAgain({ command, select });
    else this.#reject(command, rejection);
  }

  #onAttempt(): void {
    this.#database = this.options.db;
    this.#subscriptions = new Subscriptions();
  }

  /**
   * Goes on as on the connection before: with its database, its channels, and what was not answered
   * on it or waits to be sent.
   */
  #onReady(): void {
    const before = this.#before;
    this.#before = null;
    this.#inFlight = [];
    if (before !== null && before.select !== this.#database) void this.select(before.select);
    // As in ioredis, nobody catches the failure of these: when the connection breaks again
    // meanwhile, the rejection is unhandled.
    if (before?.subscriptions.isSubscriber === true && this.options.autoResubscribe) {
      const [channels, patterns] = [before.subscriptions.names('subscribe'), before.subscriptions.names('psubscribe')];
      if (channels.length > 0) void this.subscribe(channels);
      if (patterns.length > 0) void this.psubscribe(patterns);
      for (const shard of before.subscriptions.names('ssubscribe')) void this.ssubscribe(shard);
    }
    const unfulfilled = this.options.autoResendUnfulfilledCommands ? this.#unfulfilled : [];
    const offline = this.#offline;
    this.#unfulfilled = [];
    this.#offline = [];
    for (const item of [...unfulfilled, ...offline]) this.#sendAgain(item);
  }

  #sendAgain({ command, select }: Item): void {
    if (select !== this.#database && command.name !== 'select') void this.select(select);
    void this.sendCommand(command);
  }

  #onLost(wasReady: boolean): void {
    for (const { command } of takeIncompletePipelines(this.#inFlight)) this.#reject(command, abortError(command));
    for (const { command } of takeTransactionFragments(this.#offline)) this.#reject(command, abortError(command));
    if (wasReady) {
      this.#before ??= { select: this.#database, subscriptions: this.#subscriptions };
      this.#unfulfilled = this.#inFlight;
    }
    this.#subscriptions = new Subscriptions();
  }

  /** Everything that waits, to be sent or to be answered, fails. */
  #flush(session: Session | null, error: Error): void {
    const { recorder, node, name } = this.#parts;
    for (const { command } of this.#offline.splice(0)) this.#reject(command, error);
    for (const item of this.#inFlight.splice(0)) {
      if (item.isOver) continue;
      item.isOver = true;
      recorder.command(session ?? { node, connection: name }, item.sent, 'error', error.message.split(' ', 1)[0]);
      this.#reject(item.command, error);
    }
  }

  #reject(command: Command, error: Error): void {
    endLimit(command);
    command.reject(error);
  }

  #limit(command: Command, onTimeout: () => void): void {
    const { commandTimeout } = this.options;
    if (commandTimeout !== undefined) limit(command, (then) => this.#later(commandTimeout * 1000, then), onTimeout);
  }

  #later(delayUs: number, callback: () => void): Entry {
    return this.#parts.kernel.schedule(delayUs, this.#parts.process, callback);
  }
}
