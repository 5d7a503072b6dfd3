/**
 * The contract of faults that hit only the subscribed connections of a node, or only the others:
 * one is hit as if the fault hit all, and the other does not notice anything.
 */
import { REDIS_CONNECTIONS, type RedisConnection } from '../../kernel/fault.ts';
import { ENDED, NO_RETRIES, NOT_CONNECTED, RESET } from './ioredis-outcomes.ts';
import {
  eventsOf,
  messagesOf,
  PERSISTENT,
  ready,
  type RedisFaultEntry,
  type RedisFaultTarget,
  until,
} from './redis-fault-target.ts';

interface Outcome {
  /** The answer to a command before the end of the fault; null when there is none yet. */
  readonly before: string | null;
  readonly after: string;
  readonly events: readonly string[];
}

const ANSWERED = 'answered';
const UNTOUCHED: Outcome = { before: ANSWERED, after: ANSWERED, events: [] };

/** What becomes of a connection that the fault hits. */
const HIT: Readonly<Record<string, Outcome>> = {
  'redis-refused': { before: NOT_CONNECTED, after: NOT_CONNECTED, events: ENDED },
  'redis-request-lost': { before: NO_RETRIES, after: NO_RETRIES, events: RESET },
  'redis-reply-lost': { before: NO_RETRIES, after: NO_RETRIES, events: RESET },
  'redis-slow-reply': { before: null, after: ANSWERED, events: [] },
  // The command is sent when the client has noticed.
  'redis-drop': { before: NOT_CONNECTED, after: NOT_CONNECTED, events: RESET },
  'redis-stall': { before: null, after: ANSWERED, events: [] },
};

const other = (connection: RedisConnection): RedisConnection =>
  connection === 'subscriber' ? 'commands' : 'subscriber';

async function act(
  target: RedisFaultTarget,
  kind: string,
  connection: RedisConnection,
  hit: Outcome,
): Promise<unknown> {
  const clients = {
    subscriber: await ready(target.client(PERSISTENT)),
    commands: await ready(target.client(PERSISTENT)),
  };
  const channel = target.name('channel');
  await clients.subscriber.subscribe(channel);
  const received = messagesOf(clients.subscriber);
  const events = { subscriber: eventsOf(clients.subscriber), commands: eventsOf(clients.commands) };
  const closed = new Promise((resolve) => clients[connection].once('close', resolve));
  const end = await target.inject(kind, { connection });
  if (kind === 'redis-drop') await closed;
  const answers: Record<RedisConnection, string | null> = { subscriber: null, commands: null };
  const ping = (name: RedisConnection): Promise<string> =>
    clients[name].call('ping').then(
      () => (answers[name] = ANSWERED),
      (error: Error) => (answers[name] = `${error.name}: ${error.message}`),
    );
  const pings = { subscriber: ping('subscriber'), commands: ping('commands') };
  await (connection === 'subscriber' ? pings.commands : pings.subscriber);
  // Ends before the client connects again.
  await (hit.before === null ? target.pause() : pings[connection]);
  const before = { ...answers };
  await end();
  await Promise.all(Object.values(pings));
  await until(target, () => events[connection].length === hit.events.length);
  const publisher = await ready(target.other());
  await until(target, async () => (await publisher.publish(channel, 'x')) === 1);
  await until(target, () => received.length > 0);
  const outcomes = REDIS_CONNECTIONS.map((name) => [
    name,
    { before: before[name], after: answers[name], events: events[name] },
  ]);
  return Object.fromEntries(outcomes) as unknown;
}

export const LIMITED_FAULTS_CONTRACT: readonly RedisFaultEntry[] = Object.entries(HIT).flatMap(([kind, hit]) =>
  REDIS_CONNECTIONS.map((connection): RedisFaultEntry => [
    `${kind} of connection ${connection}: only those of this kind are hit`,
    (target) => act(target, kind, connection, hit),
    { [connection]: hit, [other(connection)]: UNTOUCHED },
  ]),
);
