/** A board on which each visitor has a note of their own, kept in Redis. */
import type { StartSystem } from 'seedstorm';
import { redisOf, serve } from '../serve.ts';

export const start: StartSystem = async (node) => {
  const redis = await redisOf(node);

  async function write(who: string, note: string): Promise<string> {
    // A field each. To read the whole board, change it and write it back undoes what others wrote meanwhile.
    await redis.hset('board', who, note);
    return 'written';
  }

  serve(node, ([word, who = '', note = '']) => (word === 'write' ? write(who, note) : Promise.resolve('what?')));
  return {};
};
