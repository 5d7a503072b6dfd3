/**
 * What the contract of Redis's faults asks of a place that it is held in: clients, and ways to make
 * their connections and the server fail.
 */
import type { RedisClient, RedisOptions } from '../../system/types.ts';

export interface RedisFaultPlace {
  /** A client whose connections and server suffer; connecting. */
  client(options?: RedisOptions): RedisClient;
  /**
   * A client that is spared what befalls connections, but not what befalls the server; connecting.
   */
  other(): RedisClient;
  /**
   * What a kind of fault does, begun now; call what it returns to end it. `way` is one of `ways`.
   */
  befall(kind: string, way?: string): Promise<() => Promise<void>>;
  /** The ways in which the real thing can be made to suffer it; one for the twin. */
  ways(kind: string): readonly string[];
  /** For each of these commands, all errors that servers in trouble answer it by. */
  errorsOf(
    commands: readonly (readonly [name: string, ...parameters: string[]])[],
  ): Promise<readonly ReadonlySet<string>[]>;
  /** A key or channel that nobody else uses. */
  name(what: string): string;
  /** Long enough for everything that is not held up. */
  pause(): Promise<void>;
}

export type RedisFaultEntry = readonly [
  title: string,
  act: (place: RedisFaultPlace) => Promise<unknown>,
  expected: unknown,
];

const EVENTS = ['connect', 'ready', 'close', 'reconnecting', 'end', 'error'];

/** Tries again soon, for ever. */
export const PERSISTENT: RedisOptions = { retryStrategy: () => 20 };

/** Resolves when the client is ready. */
export async function ready(redis: RedisClient): Promise<RedisClient> {
  if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve));
  return redis;
}

/** Events from now on, errors with what they say. */
export function eventsOf(redis: RedisClient): readonly string[] {
  const seen: string[] = [];
  for (const event of EVENTS)
    redis.on(event, (value: unknown) => seen.push(event === 'error' ? `error ${(value as Error).message}` : event));
  return seen;
}

export function messagesOf(redis: RedisClient): readonly string[] {
  const heard: string[] = [];
  redis.on('message', (_channel: string, text: string) => heard.push(text));
  return heard;
}

export async function tell(answer: Promise<unknown>): Promise<string> {
  return answer.then(String, (error: Error) => `${error.name}: ${error.message}`);
}

export async function until(place: RedisFaultPlace, holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await place.pause();
}
