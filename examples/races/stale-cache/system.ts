/**
 * Prices in Redis, with a copy in each node. A change is published to all nodes, which then drop
 * their copies.
 */
import type { StartSystem } from 'seedstorm';
import { redisOf, serve } from '../serve.ts';

const FRESH_MS = 2000;

export const start: StartSystem = async (node) => {
  const redis = await redisOf(node);
  const subscriber = await redisOf(node);
  const copies = new Map<string, { readonly price: string; readonly readAtMs: number }>();
  subscriber.on('message', (_channel: string, name: string) => copies.delete(name));
  await subscriber.subscribe('changed');

  async function read(name: string): Promise<string> {
    const copy = copies.get(name);
    if (copy !== undefined && isFresh(copy)) return copy.price;
    const readAtMs = node.clock.monotonicMs();
    const price = (await redis.get(name)) ?? '0';
    copies.set(name, { price, readAtMs });
    return price;
  }

  /**
   * Every copy expires, because the message about a change may be lost, or arrive before a read of
   * the old price.
   */
  function isFresh({ readAtMs }: { readonly readAtMs: number }): boolean {
    return node.clock.monotonicMs() - readAtMs < FRESH_MS;
  }

  async function change(name: string, price: string): Promise<string> {
    await redis.set(name, price);
    await redis.publish('changed', name);
    return 'changed';
  }

  serve(node, ([word, name = '', price = '']) => (word === 'change' ? change(name, price) : read(name)));
  return {};
};
