/**
 * A Redis client in the shape of `ioredis` with `enableOfflineQueue: false`, `maxRetriesPerRequest: 0` and
 * `autoResendUnfulfilledCommands: false`: without a connection a command fails at once, and when the connection breaks all commands in flight fail.
 * When there is one again, the client subscribes to its channels again, unless it is told not to; what was published meanwhile is gone.
 * No command is ever answered inside the call that asks. What it shares with the real client is held by client.contract.test.ts.
 */
import { EventEmitter } from 'node:events';
import { list as COMMANDS } from '@ioredis/commands';
import { scopeOf } from '../../kernel/draws.ts';
import type { Domain, Entry } from '../../kernel/heap.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { RedisFace, RedisOptionsFace } from '../faces.ts';
import type { Recorder } from '../recorder.ts';
import type { RedisServer } from './server.ts';
import type { RedisReply, Session } from './session.ts';

/** ioredis's own default. */
function retryDelayMs(attempt: number): number {
  return Math.min(attempt * 50, 2000);
}

export interface RedisClientParts {
  readonly kernel: Kernel;
  readonly recorder: Recorder;
  readonly server: RedisServer;
  readonly life: Domain;
  readonly node: string;
  /** `node-1.redis-1` */
  readonly name: string;
}

interface InFlight {
  settle(reply: RedisReply): void;
}

const CONNECTION_CLOSED = 'Connection is closed.';
const NOT_WRITABLE = "Stream isn't writeable and enableOfflineQueue options is false";
const NO_RETRIES =
  'Reached the max retries per request limit (which is 0). Refer to "maxRetriesPerRequest" option for details.';
const SUBSCRIBER_MODE = 'Connection in subscriber mode, only subscriber commands may be used';

const VALID_WHEN_SUBSCRIBED: ReadonlySet<string> = new Set(['subscribe', 'unsubscribe', 'ping', 'quit']);

class SimulatedRedis extends EventEmitter {
  status: RedisFace['status'] = 'connecting';
  readonly #parts: RedisClientParts;
  readonly #options: RedisOptionsFace;
  readonly #inFlight = new Set<InFlight>();
  #session: Session | null = null;
  /** Subscribed on this connection, as far as the client knows. */
  #channels = new Set<string>();
  /** To be subscribed again on the next connection. */
  #lostChannels: ReadonlySet<string> | null = null;
  #connections = 0;
  #attempts = 0;
  #retry: Entry | null = null;
  /** The connection ends by the client's own will. */
  #closing = false;

  constructor(parts: RedisClientParts, options: RedisOptionsFace) {
    super();
    this.#parts = parts;
    this.#options = options;
    this.#connect();
  }

  call(command: string, ...parameters: (string | number)[]): Promise<unknown> {
    return this.#send(command.toLowerCase(), parameters.flat());
  }

  disconnect(): void {
    if (this.status === 'end' || this.#closing) return;
    if (this.status === 'reconnecting') {
      // As in ioredis, the client stays as it is: it tries no more, and emits no end.
      if (this.#retry !== null) this.#retry.deliver = null;
      return;
    }
    this.#closing = true;
    const session = this.#session;
    this.#session = null;
    if (session !== null) {
      session.open = false;
      session.abandoned = true;
      this.#parts.server.forget(session);
    }
    this.#later(0, () => this.#onClose());
  }

  #send(name: string, parameters: readonly (string | number)[]): Promise<unknown> {
    const { kernel, recorder, server } = this.#parts;
    const key = parameters.length > 0 ? String(parameters[0]) : '';
    const sent = { name, key, parameters, number: server.nextNumber() };
    const session = this.#session;
    return new Promise((resolve, reject) => {
      const refusal = this.#refusal(name);
      if (session === null || refusal !== null || server.refuses(session, sent)) {
        recorder.command({ node: this.#parts.node, connection: this.#parts.name }, sent, 'error', 'not sent');
        this.#later(0, () => reject(new Error(refusal ?? NOT_WRITABLE)));
        return;
      }
      let timeout: Entry | null = null;
      const settle = (reply: RedisReply): void => {
        if (timeout !== null) timeout.deliver = null;
        // The subscription stands, also when nobody waits for the answer any more.
        if ('value' in reply) this.#follow(name, parameters);
        if (!this.#inFlight.delete(command)) return;
        if ('error' in reply) {
          recorder.command(session, sent, 'error', reply.error.message.split(' ', 1)[0]);
          reject(reply.error);
        } else {
          recorder.command(session, sent, 'reply');
          resolve(reply.value);
        }
      };
      const command = { ...sent, settle };
      this.#inFlight.add(command);
      const { commandTimeout } = this.#options;
      if (commandTimeout !== undefined) {
        timeout = kernel.schedule(commandTimeout * 1000, this.#parts.life, () =>
          settle({ error: new Error('Command timed out') }),
        );
      }
      if (name === 'quit') this.#closing = true;
      server.send(session, command);
    });
  }

  /** Why a command is not even sent; null when it is. */
  #refusal(name: string): string | null {
    if (this.status === 'end') return CONNECTION_CLOSED;
    if (this.#channels.size > 0 && !VALID_WHEN_SUBSCRIBED.has(name)) return SUBSCRIBER_MODE;
    return this.status === 'ready' && this.#session !== null ? null : NOT_WRITABLE;
  }

  #follow(name: string, parameters: readonly (string | number)[]): void {
    if (name === 'subscribe') for (const channel of parameters) this.#channels.add(String(channel));
    if (name !== 'unsubscribe') return;
    if (parameters.length === 0) this.#channels.clear();
    else for (const channel of parameters) this.#channels.delete(String(channel));
  }

  #connect(): void {
    this.status = 'connecting';
    this.#retry = null;
    this.#connections += 1;
    const connection = `${this.#parts.name}#${this.#connections}`;
    const session: Session = {
      node: this.#parts.node,
      connection,
      scope: scopeOf(connection),
      life: this.#parts.life,
      channels: new Set(),
      open: false,
      writable: true,
      abandoned: false,
      lastArrivalUs: 0,
      lastReply: null,
      onBroken: (how) => {
        if (how === 'reset') this.#emitError(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
        this.#onClose();
      },
      onMessage: (channel, text) => this.emit('message', channel, text),
    };
    this.#parts.server.connect(
      session,
      () => this.#onReady(session),
      () => {
        if (this.#closing) return;
        this.#emitError(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
        this.#onClose();
      },
    );
  }

  #onReady(session: Session): void {
    if (this.#closing) {
      session.open = false;
      this.#parts.server.forget(session);
      return;
    }
    this.#session = session;
    this.#attempts = 0;
    this.status = 'ready';
    this.emit('connect');
    this.emit('ready');
    const channels = this.#lostChannels;
    this.#lostChannels = null;
    // As in ioredis, nobody catches the failure of this: when the connection breaks again meanwhile, the rejection is unhandled.
    if (channels !== null) void this.#send('subscribe', [...channels]);
  }

  #onClose(): void {
    if (this.status === 'end') return;
    this.#session = null;
    if (this.#channels.size > 0) {
      if (this.#options.autoResubscribe !== false) this.#lostChannels = this.#channels;
      this.#channels = new Set();
    }
    const delayMs = this.#closing ? null : (this.#options.retryStrategy ?? retryDelayMs)(this.#attempts + 1);
    if (typeof delayMs !== 'number') {
      this.status = 'end';
      this.#failInFlight(new Error(CONNECTION_CLOSED));
      this.emit('close');
      this.emit('end');
      return;
    }
    this.#attempts += 1;
    // Whoever hears of the end finds the client waiting for its next attempt already.
    this.status = 'reconnecting';
    this.#retry = this.#later(delayMs * 1000, () => this.#connect());
    this.#failInFlight(Object.assign(new Error(NO_RETRIES), { name: 'MaxRetriesPerRequestError' }));
    this.emit('close');
    this.emit('reconnecting', delayMs);
  }

  /** As in ioredis, nobody has to listen. */
  #emitError(error: Error): void {
    if (this.status !== 'end' && this.listenerCount('error') > 0) this.emit('error', error);
  }

  #failInFlight(error: Error): void {
    for (const command of [...this.#inFlight]) command.settle({ error });
  }

  #later(delayUs: number, callback: () => void): Entry {
    return this.#parts.kernel.schedule(delayUs, this.#parts.life, callback);
  }
}

for (const command of COMMANDS) {
  if (command in SimulatedRedis.prototype) continue;
  Object.defineProperty(SimulatedRedis.prototype, command, {
    value(this: SimulatedRedis, ...parameters: (string | number)[]) {
      return this.call(command, ...parameters);
    },
    writable: true,
  });
}

/** Makes a client; it connects by itself. */
export function createRedisClient(parts: RedisClientParts, options: RedisOptionsFace): RedisFace {
  return new SimulatedRedis(parts, options) as unknown as RedisFace;
}
