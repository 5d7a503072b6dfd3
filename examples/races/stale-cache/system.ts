/** Prices in Redis, and a copy in each node: whoever changes one tells all nodes, which then forget theirs. */
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

  /** The word that a price has changed may get lost, or come before an older price does: no copy is believed for ever. */
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
