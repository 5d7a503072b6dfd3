/** A board in Redis with one note per visitor. */
import type { StartSystem } from 'seedstorm';
import { redisOf, serve } from '../serve.ts';

export const start: StartSystem = async (node) => {
  const redis = await redisOf(node);

  async function write(who: string, note: string): Promise<string> {
    // One field per visitor. Reading the whole board, changing it and writing it back would undo
    // concurrent writes.
    await redis.hset('board', who, note);
    return 'written';
  }

  serve(node, ([word, who = '', note = '']) => (word === 'write' ? write(who, note) : Promise.resolve('what?')));
  return {};
};
