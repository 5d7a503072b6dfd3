/**
 * What the contract of Redis faults needs of a target: clients, and faults of their connections and
 * of the server.
 */
import type { RedisConnection } from '../../kernel/fault.ts';
import type { RedisClient, RedisOptions } from '../../system/types.ts';

export interface InjectOptions {
  /** One of `ways`. */
  readonly way?: string;
  /** The only connections that the fault hits. */
  readonly connection?: RedisConnection;
}

export interface RedisFaultTarget {
  /** Creates a client, which connects. Faults hit its connections and its server. */
  client(options?: RedisOptions): RedisClient;
  /**
   * Creates a client, which connects. Faults of connections do not hit it; faults of the server do.
   */
  other(): RedisClient;
  /** Injects a fault now. Returns how to end it. */
  inject(kind: string, options?: InjectOptions): Promise<() => Promise<void>>;
  /** The ways in which a real Redis can suffer the fault. The simulated one has one. */
  ways(kind: string): readonly string[];
  /** Returns, for each command, all errors that a server can answer instead of applying it. */
  errorsOf(
    commands: readonly (readonly [name: string, ...parameters: string[]])[],
  ): Promise<readonly ReadonlySet<string>[]>;
  /** Returns a key or channel that no other entry uses. */
  name(what: string): string;
  /** Waits until everything that is not blocked has arrived. */
  pause(): Promise<void>;
}

export type RedisFaultEntry = readonly [
  title: string,
  act: (target: RedisFaultTarget) => Promise<unknown>,
  expected: unknown,
];

const EVENTS = ['connect', 'ready', 'close', 'reconnecting', 'end', 'error'];

/** Retries forever, soon. */
export const PERSISTENT: RedisOptions = { retryStrategy: () => 20 };

/** Resolves when the client is ready. */
export async function ready(redis: RedisClient): Promise<RedisClient> {
  if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve));
  return redis;
}

/** Logs events from now on, errors with their messages. */
export function eventsOf(redis: RedisClient): readonly string[] {
  const events: string[] = [];
  for (const event of EVENTS)
    redis.on(event, (value: unknown) => events.push(event === 'error' ? `error ${(value as Error).message}` : event));
  return events;
}

export function messagesOf(redis: RedisClient): readonly string[] {
  const messages: string[] = [];
  redis.on('message', (_channel: string, text: string) => messages.push(text));
  return messages;
}

export async function tell(answer: Promise<unknown>): Promise<string> {
  return answer.then(String, (error: Error) => `${error.name}: ${error.message}`);
}

export async function until(target: RedisFaultTarget, holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await target.pause();
}
