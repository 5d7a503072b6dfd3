/**
 * The parts of ioredis that the simulated client uses: those that turn calls into commands, and
 * replies into results. They need no connection, so argument forms, callbacks, `…Buffer` methods,
 * key prefixes, pipelines, transactions and scripts are the real ones.
 */
import type { Entry } from '../../kernel/heap.ts';
import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

type RealScanStream = new (options: object) => NodeJS.ReadableStream;

/** The part of ioredis' `Command` that is used. */
export interface Command {
  name: string;
  args: (string | Buffer)[];
  readonly replyEncoding: string | null;
  readonly inTransaction: boolean;
  readonly pipelineIndex?: number;
  readonly promise: Promise<unknown>;
  /** Set while `commandTimeout` runs. */
  timeout?: Entry;
  resolve(value: unknown): void;
  reject(error: Error): void;
  /** Encodes the command. A script's command becomes EVAL or EVALSHA here. */
  toWritable(connection: object): string | Buffer;
}

/**
 * The base class of ioredis' client: its methods create commands and call `sendCommand`. It has no
 * events.
 */
interface Commander extends EventEmitter {
  options: object;
  scriptsSet: Record<string, unknown>;
  defineCommand(
    name: string,
    definition: { lua: string; numberOfKeys?: number | undefined; readOnly?: boolean | undefined },
  ): void;
  sendCommand(command: Command): unknown;
  select(database: number): Promise<unknown>;
  subscribe(channels: string[]): Promise<unknown>;
  psubscribe(patterns: string[]): Promise<unknown>;
  ssubscribe(channel: string): Promise<unknown>;
}

const require = createRequire(import.meta.url);

const part = (name: string): unknown => require(`ioredis/built/${name}.js`);

export const { default: CommanderClass } = part('utils/Commander') as {
  readonly default: new () => Commander;
};

export const { default: CommandClass } = part('Command') as {
  readonly default: { readonly prototype: Command; checkFlag(flag: string, command: string): boolean };
};

export const { default: ScanStream } = part('ScanStream') as { readonly default: RealScanStream };

export const { addTransactionSupport } = part('transaction') as { addTransactionSupport(prototype: object): void };

export const { DEFAULT_REDIS_OPTIONS } = part('redis/RedisOptions') as {
  readonly DEFAULT_REDIS_OPTIONS: Readonly<Record<string, unknown>>;
};

export const { default: MaxRetriesPerRequestError } = part('errors/MaxRetriesPerRequestError') as {
  readonly default: new (maxRetriesPerRequest: number) => Error;
};

export const { default: asCallback } = require('standard-as-callback') as {
  default<T>(promise: Promise<T>, callback?: (error: Error | null, value?: T) => void): Promise<T>;
};

export const { AbortError, ReplyError } = require('redis-errors') as {
  readonly AbortError: new (message: string) => Error;
  readonly ReplyError: new (message: string) => Error;
};
