/** Orders, each with a name that its sender gave it; every new one is told to the kitchen. */
import type { ServerSocket, StartSystem } from 'seedstorm';
import { redisOf, say, serve } from '../serve.ts';

export const start: StartSystem = async (node) => {
  const redis = await redisOf(node);
  const subscriber = await redisOf(node);
  const kitchens = new Set<ServerSocket>();
  subscriber.on('message', (_channel: string, order: string) => {
    for (const kitchen of kitchens) say(kitchen, `* ${order}`);
  });
  await subscriber.subscribe('orders');

  async function take(order: string): Promise<string> {
    // Who got no answer sends the order again, and it may have been taken all the same: only the first time counts.
    const isNew = Number(await redis.call('hsetnx', 'orders', order, 'taken')) === 1;
    if (isNew) await redis.publish('orders', order);
    return 'taken';
  }

  serve(node, ([word, order = ''], socket) => {
    if (word === 'take') return take(order);
    kitchens.add(socket);
    socket.once('close', () => kitchens.delete(socket));
    return Promise.resolve('cooking');
  });
  return {};
};
