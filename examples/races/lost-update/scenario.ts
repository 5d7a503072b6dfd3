/** Each visitor writes a note, and replaces it by a newer one now and then. */
import type { ActorDefinition, Property } from 'seedstorm';
import { scenarioOf } from '../race.ts';
import { askOnce, Visitor } from '../visitor.ts';

const visitor: ActorDefinition<Visitor> = {
  countMax: 5,
  create: () => new Visitor(),
  script: (draw, operationsMax) =>
    Array.from({ length: operationsMax }, (_, note) => ({
      name: 'write',
      arguments: { note },
      pauseMs: draw.integer('pause', 0, 1000),
    })),
  operations: { write: (context, { note }) => askOnce(context, `write ${context.name} ${String(note)}`) },
  leave: ({ state }) => state.leave(),
};

const notesStay: Property = {
  id: 'notes-stay',
  risk: 'lost-update',
  kind: 'always',
  description: 'A note whose write was confirmed stays until its writer replaces it.',
  checker: ({ ledger, check }) => {
    const newest = new Map<string, number>();
    const asked = new Map<string, number>();
    return {
      observe: (record) => {
        if (record.type !== 'frame' || record.kind !== 'text') return;
        const { link, client, direction, phase, text } = record;
        const [id, word, , note] = text.split(' ');
        if (direction === 'up' && phase === 'sent') asked.set(`${link} ${id}`, Number(note));
        if (direction === 'down' && phase === 'delivered' && word === 'written')
          newest.set(client, asked.get(`${link} ${id}`) ?? -1);
      },
      end: () => {
        const board = notesOf(ledger.redisValue('board'));
        for (const [who, note] of newest)
          // A later note may have been written without a confirmation.
          check(Number(board.get(who) ?? -1) >= note, () => ({
            subject: 'note',
            text: `note ${note} of ${who} was written, and the board has ${board.get(who) ?? 'none'} of theirs`,
          }));
      },
    };
  },
};

/** The board as a hash, or as one text. */
function notesOf(value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value !== 'string') return (value ?? new Map()) as ReadonlyMap<string, unknown>;
  return new Map(Object.entries(JSON.parse(value) as Record<string, unknown>));
}

export default scenarioOf({
  name: 'lost-update',
  visitor,
  faults: ['latency', 'redis-slow-reply', 'redis-reply-lost', 'connection-loss', 'node-crash'],
  nodesMax: 2,
  property: notesStay,
  race: {
    within: 'write',
    find: "await redis.hset('board', who, note);",
    put: "const board = JSON.parse((await redis.get('board')) ?? '{}'); board[who] = note; await redis.set('board', JSON.stringify(board));",
  },
});
