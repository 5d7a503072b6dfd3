/** Takes orders, each with an id that its sender chose, and sends every new one to the kitchens. */
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
    // A client without an answer sends its order again, although the first request may have taken
    // effect: only the first counts.
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
