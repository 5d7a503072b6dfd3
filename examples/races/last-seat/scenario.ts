/** Each visitor goes from room to room and tries to get one of the two seats in each. */
import type { ActorDefinition, Property } from 'seedstorm';
import { scenarioOf } from '../race.ts';
import { askOnce, Visitor } from '../visitor.ts';

const SEATS = 2;

const visitor: ActorDefinition<Visitor> = {
  countMax: 8,
  create: () => new Visitor(),
  script: (draw, operationsMax) =>
    Array.from({ length: operationsMax }, (_, number) => ({
      name: 'join',
      arguments: { room: `room-${number}` },
      pauseMs: draw.integer('pause', 0, 100),
    })),
  operations: { join: (context, { room }) => askOnce(context, `join ${String(room)}`) },
  leave: ({ state }) => state.leave(),
};

const seats: Property = {
  id: 'seats',
  risk: 'check-then-act',
  kind: 'always',
  description: 'The number of visitors that joined a room never exceeds its seats.',
  checker: ({ check }) => {
    const asked = new Map<string, string>();
    const joined = new Map<string, number>();
    return {
      observe: (record) => {
        if (record.type !== 'frame' || record.kind !== 'text') return;
        const { link, direction, phase, text } = record;
        const [id, word, room = ''] = text.split(' ');
        if (direction === 'up' && phase === 'sent') asked.set(`${link} ${id}`, room);
        if (direction === 'up' || phase !== 'delivered' || word !== 'joined') return;
        const where = asked.get(`${link} ${id}`) ?? '';
        const count = (joined.get(where) ?? 0) + 1;
        joined.set(where, count);
        check(count <= SEATS, () => ({
          subject: 'seats',
          text: `${count} visitors have joined ${where}, which has ${SEATS} seats`,
        }));
      },
    };
  },
};

export default scenarioOf({
  name: 'last-seat',
  visitor,
  faults: ['latency', 'redis-slow-reply', 'redis-reply-lost', 'connection-loss', 'node-crash'],
  nodesMax: 2,
  property: seats,
  race: {
    within: 'join',
    find: "const seat = Number(await redis.call('incr', key));",
    put: 'const seat = Number(await redis.get(key)) + 1; if (seat <= SEATS) await redis.set(key, String(seat));',
  },
});
