/**
 * News by topic, stored and published in Redis. A follower receives all earlier news of its topic,
 * then the new ones.
 */
import type { ServerSocket, StartSystem } from 'seedstorm';
import { redisOf, say, serve } from '../serve.ts';

export const start: StartSystem = async (node) => {
  const redis = await redisOf(node);
  const subscriber = await redisOf(node);
  const followers = new Set<Follower>();
  subscriber.on('message', (topic: string, text: string) => {
    const [number, piece = ''] = text.split(' ');
    for (const follower of followers) if (follower.topic === topic) follower.take(Number(number), piece);
  });

  async function publish(topic: string, piece: string): Promise<string> {
    const number = Number(await redis.call('rpush', topic, piece));
    await redis.publish(topic, `${number} ${piece}`);
    return 'published';
  }

  async function follow(topic: string, socket: ServerSocket): Promise<string> {
    const follower = new Follower(topic, socket);
    socket.once('close', () => leave(follower));
    // Subscribe first, then read. News published in between arrive both ways, and `Follower` drops
    // the second copy.
    followers.add(follower);
    await subscriber.subscribe(topic);
    const news = (await redis.call('lrange', topic, 0, -1)) as string[];
    news.forEach((piece, index) => follower.take(index + 1, piece));
    return `following ${topic}`;
  }

  function leave(follower: Follower): void {
    followers.delete(follower);
    const { topic } = follower;
    const isFollowed = [...followers].some((other) => other.topic === topic);
    // Unsubscribing fails only without a connection to Redis, and then nothing is subscribed.
    if (!isFollowed) subscriber.unsubscribe(topic).catch(() => undefined);
  }

  serve(node, ([word, topic = '', piece = ''], socket) =>
    word === 'publish' ? publish(topic, piece) : follow(topic, socket),
  );
  return {};
};

/** Passes on each piece of news once and in order, whether it was read or published. */
class Follower {
  readonly topic: string;
  readonly #socket: ServerSocket;
  readonly #early = new Map<number, string>();
  #next = 1;

  constructor(topic: string, socket: ServerSocket) {
    this.topic = topic;
    this.#socket = socket;
  }

  take(number: number, piece: string): void {
    if (number >= this.#next) this.#early.set(number, piece);
    for (let next = this.#early.get(this.#next); next !== undefined; next = this.#early.get(this.#next)) {
      say(this.#socket, `* ${this.topic} ${this.#next} ${next}`);
      this.#early.delete(this.#next);
      this.#next += 1;
    }
  }
}
