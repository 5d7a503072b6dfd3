import * as z from 'zod';
import type { Revocation, RevocationStore } from '../ports.ts';

/** The used part of an `ioredis` client. */
export interface RedisRevocationsClient {
  hset(key: string, ...fieldsAndValues: string[]): Promise<unknown>;
  hget(key: string, field: string): Promise<string | null>;
  hgetall(key: string): Promise<Record<string, string>>;
  hdel(key: string, ...fields: string[]): Promise<unknown>;
  publish(channel: string, text: string): Promise<unknown>;
}

/** The used part of an `ioredis` client for subscriptions. Emits `ready()` and `message()`. */
export interface RedisNoticesClient {
  readonly status: string;
  // `any` as in the signature of Node's event emitter.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  on(event: string, listener: (...parameters: any[]) => void): unknown;
  subscribe(channel: string): Promise<unknown>;
}

const key = 'revocations';
const versionField = 'version';

const fieldSchema = z.string().regex(/^(?:user|token):./);
const valueSchema = z.object({ revokedAtMs: z.number(), expiresAtMs: z.number() });

/**
 * Revocations in Redis: the hash `revocations` with a field `user:<user>` or `token:<identifier>`
 * for each, and a field `version`. One `HSET` writes both, so no change is without a new version.
 * Nodes are notified by the channel `revocations`.
 */
export function redisRevocations(client: RedisRevocationsClient, notices: RedisNoticesClient): RevocationStore {
  return {
    add: async (revocations, version) => {
      const fields = revocations.flatMap(({ subject, name, revokedAtMs, expiresAtMs }) => [
        `${subject}:${name}`,
        JSON.stringify({ revokedAtMs, expiresAtMs }),
      ]);
      await client.hset(key, ...fields, versionField, version);
      // Without it, other nodes notice in their next round.
      await client.publish(key, '').catch(() => undefined);
    },
    version: () => client.hget(key, versionField),
    read: async () => {
      const { [versionField]: version = null, ...fields } = await client.hgetall(key);
      return { version, revocations: Object.entries(fields).flatMap(([field, text]) => parsed(field, text)) };
    },
    forget: async (revocations) => {
      await client.hdel(key, ...revocations.map(({ subject, name }) => `${subject}:${name}`));
    },
    onChange: (listener) => {
      const subscribe = (): void => {
        // A failure breaks the connection, or the rounds make up for it.
        notices.subscribe(key).catch(() => undefined);
        listener();
      };
      notices.on('ready', subscribe);
      notices.on('message', (channel: string) => {
        if (channel === key) listener();
      });
      if (notices.status === 'ready') subscribe();
    },
  };
}

/** Nothing for a field of another release. */
function parsed(field: string, text: string): Revocation[] {
  if (!fieldSchema.safeParse(field).success) return [];
  try {
    const [subject] = field.split(':', 1) as [Revocation['subject']];
    return [{ subject, name: field.slice(subject.length + 1), ...valueSchema.parse(JSON.parse(text)) }];
  } catch {
    return [];
  }
}
