/**
 * A Redis client in the shape of `ioredis` with `enableOfflineQueue: false`, `maxRetriesPerRequest: 0` and
 * `autoResendUnfulfilledCommands: false`: without a connection a command fails at once, and when the connection breaks all commands in flight fail.
 * No command is ever answered inside the call that asks.
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

class SimulatedRedis extends EventEmitter {
  status: RedisFace['status'] = 'connecting';
  readonly #parts: RedisClientParts;
  readonly #options: RedisOptionsFace;
  readonly #inFlight = new Set<InFlight>();
  #session: Session | null = null;
  #connections = 0;
  #attempts = 0;
  #retry: Entry | null = null;

  constructor(parts: RedisClientParts, options: RedisOptionsFace) {
    super();
    this.#parts = parts;
    this.#options = options;
    this.#connect();
  }

  call(command: string, ...parameters: (string | number)[]): Promise<unknown> {
    return this.#send(command.toLowerCase(), parameters);
  }

  quit(): Promise<unknown> {
    return new Promise((resolve) => {
      this.#later(0, () => {
        this.disconnect();
        resolve('OK');
      });
    });
  }

  disconnect(): void {
    if (this.status === 'end') return;
    if (this.#retry !== null) this.#retry.deliver = null;
    const session = this.#session;
    if (session !== null) {
      session.open = false;
      session.abandoned = true;
      this.#parts.server.forget(session);
    }
    this.#end();
  }

  #send(name: string, parameters: readonly (string | number)[]): Promise<unknown> {
    const { kernel, recorder, server } = this.#parts;
    const key = parameters.length > 0 ? String(parameters[0]) : '';
    const sent = { name, key, parameters: parameters.flat(), number: server.nextNumber() };
    const session = this.#session;
    return new Promise((resolve, reject) => {
      if (session === null || this.status !== 'ready') {
        recorder.command({ node: this.#parts.node, connection: this.#parts.name }, sent, 'error', 'not connected');
        this.#later(0, () => reject(new Error("Stream isn't writeable and enableOfflineQueue options is false")));
        return;
      }
      let timeout: Entry | null = null;
      const settle = (reply: RedisReply): void => {
        if (!this.#inFlight.delete(command)) return;
        if (timeout !== null) timeout.deliver = null;
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
      server.send(session, command);
    });
  }

  #connect(): void {
    this.status = 'connecting';
    this.#connections += 1;
    const connection = `${this.#parts.name}#${this.#connections}`;
    const session: Session = {
      node: this.#parts.node,
      connection,
      scope: scopeOf(connection),
      life: this.#parts.life,
      channels: new Set(),
      open: false,
      abandoned: false,
      lastArrivalUs: 0,
      replies: 0,
      lastReply: null,
      onBroken: () => this.#onClose(),
      onMessage: (channel, text) => this.emit('message', channel, text),
    };
    this.#parts.server.connect(
      session,
      () => this.#onReady(session),
      () => {
        if (this.listenerCount('error') > 0) this.emit('error', new Error('connect ECONNREFUSED'));
        this.#onClose();
      },
    );
  }

  #onReady(session: Session): void {
    if (this.status === 'end') {
      this.#parts.server.forget(session);
      return;
    }
    this.#session = session;
    this.#attempts = 0;
    this.status = 'ready';
    this.emit('connect');
    this.emit('ready');
  }

  #onClose(): void {
    if (this.status === 'end') return;
    this.#session = null;
    this.status = 'close';
    this.emit('close');
    this.#attempts += 1;
    const delayMs = (this.#options.retryStrategy ?? retryDelayMs)(this.#attempts);
    if (typeof delayMs !== 'number') {
      this.#end();
      return;
    }
    this.status = 'reconnecting';
    this.emit('reconnecting', delayMs);
    this.#retry = this.#later(delayMs * 1000, () => this.#connect());
    this.#failInFlight('Reached the max retries per request limit (which is 0).');
  }

  #end(): void {
    this.status = 'end';
    this.#session = null;
    this.#later(0, () => {
      this.emit('end');
      this.#failInFlight('Connection is closed.');
    });
  }

  #failInFlight(text: string): void {
    for (const command of [...this.#inFlight]) command.settle({ error: new Error(text) });
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
