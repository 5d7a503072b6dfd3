/** Rooms with two seats each, kept in Redis. */
import type { StartSystem } from 'seedstorm';
import { redisOf, serve } from '../serve.ts';

const SEATS = 2;

export const start: StartSystem = async (node) => {
  const redis = await redisOf(node);

  async function join(room: string): Promise<string> {
    const key = `seats:${room}`;
    // One command takes a seat and returns its number. With a check before a separate command, two
    // visitors can take the last seat.
    const seat = Number(await redis.call('incr', key));
    return seat <= SEATS ? 'joined' : 'full';
  }

  serve(node, ([word, room = '']) => (word === 'join' ? join(room) : Promise.resolve('what?')));
  return {};
};
