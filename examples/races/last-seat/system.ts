/** Rooms with two seats each, kept in Redis. */
import type { StartSystem } from 'seedstorm';
import { redisOf, serve } from '../serve.ts';

const SEATS = 2;

export const start: StartSystem = async (node) => {
  const redis = await redisOf(node);

  async function join(room: string): Promise<string> {
    const key = `seats:${room}`;
    // One command both takes a seat and tells which it was. To look first and take then lets two take the last one.
    const seat = Number(await redis.call('incr', key));
    return seat <= SEATS ? 'joined' : 'full';
  }

  serve(node, ([word, room = '']) => (word === 'join' ? join(room) : Promise.resolve('what?')));
  return {};
};
