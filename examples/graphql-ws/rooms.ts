/** Chat rooms in Redis: the last messages of a room in a list, new ones by pub/sub. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { type Message, MessageStream } from './message-stream.ts';

/** Number of messages that are kept for a room. */
const HISTORY = 100;
const channelOf = (room: string) => `chat:live:${room}`;
const listOf = (room: string) => `chat:history:${room}`;

export class Rooms {
  readonly #redis: Redis;
  /** A connection that has subscribed cannot do anything else. */
  readonly #subscriber: Redis;
  readonly #streams = new Map<string, Set<MessageStream>>();

  constructor(url: string) {
    this.#redis = new Redis(url, { maxRetriesPerRequest: 1, commandTimeout: 3000 });
    // The ready check sends INFO, which fails if a subscription is made before it: ioredis then
    // reconnects and does not subscribe again.
    this.#subscriber = new Redis(url, { maxRetriesPerRequest: null, commandTimeout: 3000, enableReadyCheck: false });
    for (const client of [this.#redis, this.#subscriber])
      client.on('error', (error) => console.error('redis:', error.message));
    this.#subscriber.on('message', (channel: string, text: string) => {
      const message = JSON.parse(text) as Message;
      for (const stream of this.#streams.get(channel) ?? []) stream.push(message);
    });
  }

  async post(room: string, text: string): Promise<Message> {
    const message: Message = { id: randomUUID(), room, text, at: new Date().toISOString() };
    const json = JSON.stringify(message);
    const replies = await this.#redis
      .multi()
      .rpush(listOf(room), json)
      .ltrim(listOf(room), -HISTORY, -1)
      .publish(channelOf(room), json)
      .exec();
    const failed = replies?.find(([error]) => error);
    if (!replies || failed) throw failed?.[0] ?? new Error('not posted');
    return message;
  }

  async history(room: string): Promise<Message[]> {
    return (await this.#redis.lrange(listOf(room), 0, -1)).map((json) => JSON.parse(json) as Message);
  }

  /**
   * Resolves when the subscription is in force. It ends with `return()` of the stream, or when
   * `closed` aborts.
   */
  async messages(room: string, closed?: AbortSignal): Promise<MessageStream> {
    const channel = channelOf(room);
    const streams = this.#streams.get(channel) ?? new Set<MessageStream>();
    const stream = new MessageStream(() => {
      closed?.removeEventListener('abort', end);
      if (!streams.delete(stream) || streams.size > 0) return;
      this.#streams.delete(channel);
      // Fails only if the connection is lost, and with it the subscription.
      this.#subscriber.unsubscribe(channel).catch(() => undefined);
    });
    const end = () => void stream.return();
    this.#streams.set(channel, streams.add(stream));
    // The socket may close before Redis answers, when graphql-ws has no iterator yet to end.
    closed?.addEventListener('abort', end);
    if (closed?.aborted) end();
    try {
      // Safe to repeat for a subscribed channel. Commands keep their order on a connection.
      await this.#subscriber.subscribe(channel);
      if (stream.ended && !this.#streams.has(channel)) await this.#subscriber.unsubscribe(channel);
      return stream;
    } catch (error) {
      end();
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const streams of [...this.#streams.values()]) for (const stream of [...streams]) await stream.return();
    this.#subscriber.disconnect();
    // QUIT waits for the commands before it.
    await this.#redis.quit().catch(() => this.#redis.disconnect());
  }
}
